"""Dutch."""

LABELS = {
    "order_number": "bestelnummer|ordernummer|bestelling nr|bestelnr|order nr|je bestelling|uw"
    " bestelling|bestelling met nummer|bestelling #|factuurnummer",
    "order_word": "bestelling|order",
    "order_date": "besteldatum|orderdatum|besteld op|datum bestelling|geplaatst op",
    "total": "totaalbedrag|totaal te betalen|te betalen|totaalprijs|totaal incl|totaal|totaal"
    " betaald|eindtotaal|orderbedrag",
    "total_not": "subtotaal|totaal excl|totaal artikelen|totaal btw|totaal korting",
    "subtotal": "subtotaal|totaal artikelen|artikelen totaal",
    "shipping": "verzendkosten|verzending|bezorgkosten|bezorging|levering",
    "tax": "btw|belasting|waarvan btw",
    "discount": "korting|kortingscode|cadeaubon|tegoed|voucher",
    "refund": "terugbetaald bedrag|terugbetaling|teruggestort|retourbedrag",
    "quantity": "aantal|stuks",
    "item": "artikel|artikelen|product|producten|omschrijving|beschrijving",
    "price": "prijs|stukprijs",
    "line_total": "totaal|bedrag|prijs|subtotaal",
    "sku": "artikelnummer|art.nr|productcode",
    "tracking": "track & trace|track & trace-code|track and trace|trackingnummer|zendingnummer|pakketnummer|barcode"
    "|verzendcode|track & trace code|zendingsnummer|tracking nummer|track & trace nummer|code"
    "|trackingnummers",
    "carrier": "vervoerder|bezorgd door|verzonden met|pakketdienst|verzonden via|bezorgdienst",
    "eta": "naar verwachting|verwachte levering|verwachte bezorging|bezorgdatum|leverdatum|verwachte leverdatum"
    "|verwachte bezorgdatum|wordt bezorgd|bezorging|bezorgd op|levering op|verwacht op|verwacht"
    "|bezorgmoment|geleverd op|komt op|in huis|komt aan op|wanneer|komt aan|bezorgd tussen|leveren het op"
    "|leveren het|bezorgen het op|leveren we|bezorgen we|bezorgen * op",
    "delivery_word": "bezorging|levering",
    "seller": "verkocht door|verkoper|winkel",
    "sender": "afzender|van|pakket van|je pakket van|verzender",
    "adverts": "misschien vind je dit ook leuk|anderen bekeken ook|aanbevolen|aanbevelingen|vaak samen gekocht"
    "|ook interessant|speciaal voor jou|klanten kochten ook|gesponsord|volgt later|nog niet verzonden"
    "|dit vind je misschien ook leuk|aanraders|bekijk ook|populair|anderen kochten ook",
    "boilerplate": "zodra je|zodra uw|zodra we|wanneer je|ontvang je een|als je|mocht je|we laten je"
    " weten|houden je op de hoogte|na verzending|sturen we je|na ontvangst|zodra het pakket",
    "progress": "besteld|verzonden|onderweg|bezorgd|in behandeling|bevestigd",
    "invoice": "factuur|betaalbewijs|bon|betalingsbevestiging",
    "noise": "boeking|vlucht|instapkaart|reis|donatie|wachtwoord|beveiligingsmelding|je hebt"
    " verkocht|afwezigheidsbericht|winkelwagen|winkelmand|beoordeel|beoordeling|nieuwsbrief|rekeningafschrift|enquête|verlanglijst|verblijf",
    "order_named": "je bestelling|uw bestelling|jouw bestelling",
    "parcel": "pakket|pakje|zending|pakketje",
    "not_order": "beoordeel|schrijf een review|jouw mening|in je winkelmandje|in je winkelwagen|weer op voorraad",
    "utility": "kwh|meterstand|automatische incasso|abonnement|termijnbedrag",
    "item_price": "prijs van het artikel",
    "travel": "boekingsnummer|vertrek|passagier|je reis|je vlucht",
    "personal_address": "bezorgadres|afleveradres|verzendadres|factuuradres|leveringsadres|verzonden naar|bezorgen op|leveren aan|verzenden naar|bezorgd bij|adres",
    "personal_name": "ontvanger|klant|klantnaam|getekend door|ontvangen door|naam van de ontvanger|besteller|ter attentie van|t.a.v.",
    "greeting": "hallo|hoi|beste|geachte heer|geachte mevrouw|geachte|goedemorgen|goedemiddag|goedendag|dag",
    "thanks": "bedankt|dank je|dank je wel|dank u wel|hartelijk dank|goed nieuws",
    "personal_phone": "telefoon|telefoonnummer|tel|tel.|mobiel|mobiele nummer",
}

STATUSES = {
    "delivered": "is bezorgd|is afgeleverd|is geleverd|bezorgd|afgeleverd|zijn bezorgd|hebben * bezorgd|is aangekomen",
    "out_for_delivery": "wordt vandaag bezorgd|vandaag bezorgd|komt vandaag|bezorger is onderweg|onderweg naar"
    " jou|bezorgen * vandaag|vandaag geleverd|vandaag in huis|bezorgen we vandaag|wordt vandaag",
    "ready_for_pickup": "ligt klaar|klaar om opgehaald|klaar om op te halen|af te halen|ophalen bij|staat klaar",
    "shipped": "is verzonden|is onderweg|verzonden|onderweg|verzendbevestiging|hebben * verzonden|is verstuurd"
    "|verstuurd|is overgedragen|zijn verzonden|is op weg|is nu voltooid|is voltooid|is afgerond"
    "|bestelling is verzonden",
    "in_transit": "in transit|gesorteerd|ontvangen door|wordt morgen bezorgd|morgen bezorgd|hebben je pakket",
    "label_created": "aangemeld|voorgemeld|wordt voorbereid|wordt klaargemaakt|verwachten je pakket",
    "exception": "vertraagd|vertraging|niet thuis|gemist|niet kunnen bezorgen|bezorgpoging|mislukt|later bezorgd",
    "returned": "retour afzender|terug naar afzender|teruggestuurd",
    "cancelled": "geannuleerd|annulering|is geannuleerd",
    "refunded": "terugbetaald|terugbetaling|teruggestort|terugstorting",
    "ordered": "orderbevestiging|bestelbevestiging|bevestiging van je bestelling|bevestiging van uw bestelling"
    "|bedankt voor je bestelling|bedankt voor uw bestelling|dank voor je bestelling"
    "|bedankt voor je aankoop|bestelling ontvangen|bestelling is geplaatst|we hebben je bestelling"
    "|bestelling bevestigd|factuur|overzicht van je bestelling|je hebt gekocht|aankoopbevestiging",
}
