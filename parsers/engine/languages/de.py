"""German."""

LABELS = {
    "order_number": "bestellnummer|bestell-nr|bestellnr|bestell-nr.|bestellung nr|bestellung nr.|auftragsnummer"
    "|auftrags-nr|auftragsnr|ihre bestellung|deine bestellung|bestellcode|vorgangsnummer|rechnungsnummer"
    "|bestell-id|bestellung #|transaktions-id|transaktionsnummer",
    "order_word": "bestellung|auftrag|bestellungen",
    "order_date": "bestelldatum|bestellt am|datum der bestellung|auftragsdatum|aufgegeben am",
    "total": "gesamtbetrag|gesamtsumme|endsumme|endbetrag|rechnungsbetrag|summe|gesamt|gesamtpreis|zu zahlen"
    "|zahlbetrag|gesamtkosten|bestellsumme|bestellwert|zu zahlender betrag|insgesamt|gesamtkosten brutto"
    "|gesamt inkl",
    "total_not": "gesamtgewicht|zwischensumme|gesamt vor|warenwert|gesamtersparnis|summe mwst",
    "subtotal": "zwischensumme|warenwert|artikelsumme|artikelpreis|summe artikel",
    "shipping": "versand|versandkosten|lieferung|lieferkosten|verpackung & versand|verpackung und versand|porto|versand und"
    " verpackung",
    "tax": "mwst|mwst.|ust|umsatzsteuer|mehrwertsteuer|inkl. mwst|enthaltene mwst",
    "discount": "rabatt|gutschein|gutscheincode|nachlass|ersparnis|aktion",
    "refund": "erstattungsbetrag|rückerstattung|erstattung|erstatteter betrag|gutschrift",
    "quantity": "menge|anzahl|stück|stk",
    "item": "artikel|produkt|bezeichnung|beschreibung|artikelbezeichnung|produkte|ihre artikel",
    "price": "preis|einzelpreis|stückpreis",
    "line_total": "gesamt|gesamtpreis|summe|betrag|preis",
    "sku": "artikelnummer|artikel-nr|artikelnr|art.-nr|produktnummer",
    "tracking": "sendungsnummer|sendungs-nr|sendungsverfolgungsnummer|paketnummer|trackingnummer|tracking-nummer"
    "|sendungs-id|paketscheinnummer|identcode|sendungsverfolgung|paket-id|auftragsnummer der sendung"
    "|sendungskennnummer|sendungsnummern|trackingnummern|paketnummern",
    "carrier": "versanddienstleister|versand mit|paketdienst|versandart|zusteller|versandunternehmen|lieferdienst",
    "eta": "sollte * ankommen|sollte * eintreffen|voraussichtliche lieferung|voraussichtliche zustellung|lieferung|zustellung|liefertermin|lieferdatum"
    "|voraussichtlicher liefertermin|ankunft|kommt am|zustellung am|lieferung am|voraussichtlich am"
    "|geplante zustellung|wird zugestellt|zustelltermin|zustellzeit|zustellfenster|geliefert am"
    "|lieferung bis|wird * zugestellt|neuer liefertermin|kommt an am|zustellung voraussichtlich"
    "|lieferung voraussichtlich|kommt voraussichtlich|voraussichtlich",
    "delivery_word": "lieferung|zustellung|versand",
    "seller": "verkäufer|verkauft von|händler|verkauf durch",
    "sender": "absender|versender|von|ihr paket von|dein paket von|ihre sendung von|sendung von|paket von",
    "adverts": "das könnte ihnen auch gefallen|das könnte dir auch gefallen|das könnte sie|das könnte dich"
    "|empfehlungen|kunden kauften auch|auch interessant|ähnliche artikel|empfohlen|für sie ausgewählt"
    "|für dich ausgewählt|kunden, die diesen artikel|diese artikel kommen später|kommen später"
    "|noch nicht versendet|wird später geliefert|weitere artikel ihrer bestellung|restliche artikel"
    "|gesponsert|unsere empfehlungen|passend dazu|neuheiten|beliebte",
    "boilerplate": "sobald ihre bestellung|sobald deine bestellung|sobald die ware|sobald wir|wenn ihre bestellung|benachrichtigen"
    " wir|melden wir uns|nach erhalt der ware|sollten sie|falls sie|falls du|sobald der versand|nach dem versand|sobald das"
    " paket|bis zur zustellung|widerruf|erhältst du eine|erhalten sie eine|melden uns beim versand|informieren wir|sobald",
    "progress": "bestellt|versendet|versandt|zugestellt|in zustellung|geliefert|unterwegs|bestätigt",
    "invoice": "rechnung|quittung|beleg|zahlungsbestätigung|kassenbon",
    "noise": "buchungsbestätigung|buchungsreferenz|buchungscode|flug|reiseplan|bordkarte|hotelbuchung|ihre reise|spende|passwort"
    "|sicherheitswarnung|sie haben verkauft|verkauft!|abwesenheitsnotiz|automatische antwort|warenkorb|bewerten sie|bewerte"
    "|bewertung|newsletter|kontoauszug|mahnung|umfrage|gutscheinaktion|ihre stromrechnung|reservierung|ihre tickets"
    "|wunschzettel|wieder verfügbar",
    "order_named": "ihre bestellung bei|deine bestellung bei|ihre bestellung|deine bestellung|ihr einkauf",
    "parcel": "sendung|paket|päckchen|lieferung",
    "not_order": "wie war ihr|wie war dein|bewerte|bewerten sie|ihre meinung|deine meinung|im warenkorb"
    "|noch interessiert|preissenkung|wieder verfügbar|umfrage",
    "utility": "kwh|zählerstand|abschlag|stromrechnung|gasrechnung|mobilfunkrechnung|lastschrift|vertragskonto"
    "|abonnement verlängert|rufnummer",
    "item_price": "artikelpreis|kaufpreis",
    "travel": "hinfahrt|rückfahrt|abfahrt|buchungsnummer|buchungscode|reisende|reiseplan|ihre reise|abflug"
    "|bordkarte|anreise|abreise",
    "personal_address": "lieferadresse|lieferanschrift|rechnungsadresse|rechnungsanschrift|versandadresse|versandanschrift|lieferung an|versand an|geliefert an|zustelladresse|empfängeradresse|wird geliefert an|liefern an|rechnung an|rechnungsempfänger|lieferempfänger|adresse|anschrift",
    "personal_name": "empfänger|kunde|kundenname|name des empfängers|entgegengenommen von|ansprechpartner|kontoinhaber|besteller|karteninhaber",
    "greeting": "hallo|guten tag|guten morgen|guten abend|sehr geehrte frau|sehr geehrter herr|sehr geehrte|sehr geehrter|liebe|lieber|liebe frau|lieber herr|moin|servus|grüß gott",
    "thanks": "vielen dank|danke|herzlichen dank|gute nachrichten",
    "personal_phone": "telefon|telefonnummer|tel|tel.|handy|mobil|mobilnummer|handynummer|mobiltelefon|rufnummer",
}

STATUSES = {
    "delivered": "wurde zugestellt|wurde ausgeliefert|wurde geliefert|wurden zugestellt|ist angekommen|zugestellt|erfolgreich"
    " zugestellt|paket ist da|haben wir * zugestellt|wurde * übergeben|am gewünschten ablageort|geliefert:|ausgeliefert",
    "out_for_delivery": "wird heute zugestellt|wird dir heute zugestellt|wird ihnen heute zugestellt|kommt heute|in zustellung"
    "|heute zugestellt|heute geliefert|zustellung heute|wird gleich zugestellt|zustellfahrzeug|lieferung heute|in der"
    " zustellung|heute kommt|wird heute",
    "ready_for_pickup": "abholbereit|liegt zur abholung|zur abholung bereit|kann abgeholt werden|wartet auf sie|wartet auf dich"
    "|bereit zur abholung",
    "shipped": "wurde versendet|wurde versandt|wurde verschickt|wurde verschickt|versandbestätigung|ist unterwegs"
    "|auf dem weg|haben wir versendet|haben wir verschickt|ist auf dem weg|versendet|versandt|verschickt"
    "|hat unser lager verlassen|versandmitteilung|wurde dem versand|ist auf dem versandweg|an * übergeben"
    "|wurden versandt|wurden versendet|ist jetzt abgeschlossen|bestellung abgeschlossen"
    "|bestellung ist abgeschlossen|abgeschlossen und verschickt|vom lager versendet",
    "in_transit": "in transit|im transport|wird transportiert|im paketzentrum|kommt morgen|wird morgen"
    "|kommt voraussichtlich|in der zielregion|abgeholt|unterwegs|paket wird voraussichtlich|sendung wird voraussichtlich|paket kommt am"
    "|sendung kommt am|lieferung kommt am",
    "label_created": "elektronisch angekündigt|wurde angekündigt|paketankündigung|sendungsankündigung|wird vorbereitet|wird für"
    " den versand",
    "exception": "verspätet|verzögert|verzögerung|nicht zugestellt|konnte nicht|nicht angetroffen|zustellversuch"
    "|leider nicht zustellen|zustellung nicht möglich|kommt später|neuer zustelltermin|zollabgaben"
    "|einfuhrabgaben|lieferverzögerung",
    "returned": "zurück an den absender|zurückgesendet|geht zurück|retourniert",
    "cancelled": "storniert|wurde storniert|stornierung|stornobestätigung|annulliert|abgebrochen",
    "refunded": "rückerstattung|erstattet|erstattung|gutgeschrieben|gutschrift|rückzahlung",
    "ordered": "bestellbestätigung|auftragsbestätigung|vielen dank für ihre bestellung"
    "|vielen dank für deine bestellung|danke für ihre bestellung|danke für deine bestellung"
    "|bestelleingang|wir haben ihre bestellung|haben deine bestellung|bestellung erhalten"
    "|bestellung bestätigt|eingang ihrer bestellung|vielen dank für ihren einkauf"
    "|vielen dank für deinen einkauf|danke für deinen einkauf|ihre rechnung|rechnung|bestellt:"
    "|vielen dank für ihren kauf|zahlungsbestätigung|kaufbeleg|danke für deinen kauf|danke für ihren kauf"
    "|du hast gekauft|sie haben gekauft|kaufbestätigung",
}
