"""Swedish (with words of Danish and Norwegian that shops there use)."""

LABELS = {
    "order_number": "ordernummer|beställningsnummer|order nr|ordernr|order-nr|din order|din beställning|ordrenummer"
    "|bestillingsnummer|order-id|ordrenr|ordre nr|fakturanummer|order #|ordrenr.",
    "order_word": "order|beställning|ordre|ordrer|bestilling|beställningen|ordern",
    "order_date": "orderdatum|beställningsdatum|datum|ordredato|beställd|bestillingsdato",
    "total": "totalt|totalsumma|att betala|summa|total|totalbelopp|totalt inkl|i alt|totalt att"
    " betala|sum|totalbeløp|summa att betala",
    "total_not": "delsumma|totalt exkl|varav moms|subtotal|delsum",
    "subtotal": "delsumma|delsum|varusumma|subtotal",
    "shipping": "frakt|fraktkostnad|leverans|porto|frakt och hantering|levering",
    "tax": "moms|varav moms|mva",
    "discount": "rabatt|rabattkod|presentkort|kampanj",
    "refund": "återbetalning|återbetalt belopp|återbetalat|refusjon",
    "quantity": "antal|st|antall|stk",
    "item": "artikel|artiklar|produkt|produkter|vara|varor|benämning|beskrivning|vare",
    "price": "pris|styckpris|à-pris",
    "line_total": "summa|totalt|belopp|pris",
    "sku": "artikelnummer|art.nr|varenummer",
    "tracking": "spårningsnummer|kollinummer|kolli-id|kollinr|försändelsenummer|sändningsnummer|spårnings-id"
    "|sporingsnummer|pakkenummer|sendingsnummer|paketnummer|försändelse-id|paket-id|spåra paket"
    "|forsendelsesnummer|track & trace",
    "carrier": "transportör|fraktbolag|skickas med|levereras av|leveranssätt|transportfirma|fraktsätt",
    "eta": "beräknad leverans|leveransdatum|förväntad leverans|leverans|ankommer|levereras|beräknad ankomst"
    "|leveransdag|forventet levering|beräknas levereras|beräknat leveransdatum|väntas|leveres",
    "delivery_word": "leverans|ankomst|levering",
    "seller": "säljare|såld av|säljs av|butik",
    "sender": "avsändare|från|paket från|ditt paket från|avsender",
    "adverts": "du kanske också gillar|andra köpte även|rekommenderat för dig|rekommenderas|vi rekommenderar"
    "|liknande produkter|andra tittade|måske kan du også lide|andra köpte också|rekommenderat"
    "|rekommenderas för dig|kunder köpte också|du vil måske også|anbefalet|populära produkter"
    "|andre købte også|relaterte produkter",
    "boilerplate": "så snart|när din order|när vi skickat|vi meddelar|meddelar dig|om du|när ditt paket|efter"
    " leverans|du får ett|innan leverans|vi skickar dig|när varorna",
    "progress": "beställd|skickad|levererad|på väg|bekräftad|packas",
    "invoice": "faktura|kvitto|betalningsbekräftelse",
    "noise": "bokning|flyg|boardingkort|resa|donation|gåva|lösenord|säkerhetsvarning|du har"
    " sålt|autosvar|kundvagn|varukorg|betygsätt|recension|nyhetsbrev|kontoutdrag|enkät|önskelista",
    "order_named": "din beställning|din order|din ordre|dine ordrer|din bestilling",
    "parcel": "paket|försändelse|kolli|leverans",
    "not_order": "betygsätt|lämna ett omdöme|recensera|i din varukorg|åter i lager|bedøm|i din kurv",
    "utility": "kwh|mätarställning|autogiro|abonnemang|elräkning",
    "item_price": "artikelpris",
    "travel": "bokningsnummer|avgång|passagerare|din resa|avresa",
    "personal_address": "leveransadress|fakturaadress|leverans till|levereras till|skickas till|mottagaradress|adress",
    "personal_name": "mottagare|kund|kundnamn|mottagen av|kvitterat av|beställare|namn på mottagaren",
    "greeting": "hej|hejsan|god morgon|god dag|bästa|kära|käre|hallå",
    "thanks": "tack|tackar|goda nyheter|grattis",
    "personal_phone": "telefon|telefonnummer|tel|tel.|mobil|mobilnummer|mobiltelefon",
}

STATUSES = {
    "delivered": "har levererats|är levererat|levererad|levererat|har anlänt|är levererad|leverert|er levert"
    "|har blivit levererat|utlämnat|utlämnad|er leveret|leveret|blev leveret|er blevet leveret",
    "out_for_delivery": "levereras idag|ute för leverans|under utkörning|kommer idag|leverans idag|utkörning idag|på"
    " väg hem till dig|lastad för utkörning|idag levererar",
    "ready_for_pickup": "redo att hämtas|finns att hämta|klart att hämta|att hämta|hämtas hos|klar för"
    " avhämtning|finns nu att hämta|klar til afhentning",
    "shipped": "har skickats|är skickad|är på väg|på väg|skickad|leveransbekräftelse|har lämnat vårt lager"
    "|vi har skickat|har sänts|skickats|er sendt|sendt|är nu skickad|på väg till dig|er på vej"
    "|på vej til dig|er afsendt|er blevet sendt|er på vei|blivit skickad|pakken er på vej|afsendt",
    "in_transit": "under transport|har tagits emot|vi har tagit emot|levereras imorgon|har ankommit till terminal",
    "label_created": "aviserad|har förberetts|elektronisk|förbereds|packas",
    "exception": "försenad|försening|försenat|kunde inte levereras|leveransförsök|misslyckad|ny"
    " leveransdag|förseningar",
    "returned": "returneras till avsändaren|åter till avsändaren|retur till avsändare",
    "cancelled": "avbeställd|avbruten|annullerad|makulerad|har avbrutits|avbokad order|annullerats|avbeställning",
    "refunded": "återbetalning|återbetald|återbetalats|återbetalat",
    "ordered": "orderbekräftelse|tack för din beställning|tack för din order|tack för ditt köp"
    "|beställningsbekräftelse|bekräftelse på din order|vi har mottagit din order"
    "|vi har tagit emot din order|order mottagen|ordrebekreftelse|ordrebekræftelse"
    "|takk for din bestilling|tak for din ordre|takk for bestillingen|kvitto|faktura"
    "|vi har tagit emot din beställning|tak for din bestilling|tak for dit køb|takk for din ordre"
    "|vi har modtaget din ordre|vi har mottatt din ordre",
}
