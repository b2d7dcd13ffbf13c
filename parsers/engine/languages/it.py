"""Italian."""

LABELS = {
    "order_number": "numero ordine|numero d'ordine|n. ordine|n° ordine|numero dell'ordine|codice ordine|id"
    " ordine|ordine n.|ordine n°|ordine numero|ordine #|riferimento ordine|il tuo ordine|numero"
    " fattura",
    "order_word": "ordine|ordini",
    "order_date": "data ordine|data dell'ordine|ordinato il|effettuato il|data di acquisto",
    "total": "totale ordine|totale dell'ordine|importo totale|totale complessivo|totale pagato|totale da"
    " pagare|totale|totale iva inclusa|costo totale",
    "total_not": "subtotale|totale parziale|totale articoli|totale prodotti|totale provvisorio|totale iva",
    "subtotal": "subtotale|totale parziale|totale articoli|totale prodotti|totale provvisorio",
    "shipping": "spedizione|spese di spedizione|costi di spedizione|consegna|costo spedizione",
    "tax": "iva|imposte|di cui iva",
    "discount": "sconto|coupon|buono|codice promozionale|promozione",
    "refund": "importo rimborsato|totale rimborso|rimborso|importo del rimborso",
    "quantity": "quantità|q.tà|qtà|qta|pezzi",
    "item": "articolo|articoli|prodotto|prodotti|descrizione",
    "price": "prezzo|prezzo unitario",
    "line_total": "totale|importo|prezzo|prezzo totale",
    "sku": "codice articolo|codice prodotto|rif.",
    "tracking": "numero di tracking|codice di tracking|numero di spedizione|codice spedizione|tracking"
    "|numero spedizione|lettera di vettura|codice di tracciamento|numero di tracciamento|id spedizione"
    "|spedizione n.|numero di tracciabilità",
    "carrier": "corriere|spedito con|vettore|spedito tramite|consegnato da",
    "eta": "consegna prevista|consegna stimata|data di consegna|data di consegna prevista|consegna|in arrivo"
    "|arriverà|arrivo previsto|consegna entro|prevista per|previsto per|sarà consegnato|arriva"
    "|lo consegneremo|consegneremo",
    "delivery_word": "consegna|arrivo",
    "seller": "venduto da|venditore|negozio",
    "sender": "mittente|da|spedito da|il tuo pacco da",
    "adverts": "potrebbe interessarti|potrebbero interessarti|ti potrebbe piacere|ti potrebbero piacere"
    "|consigliati per te|chi ha acquistato|altri clienti|prodotti simili|scelti per te|potrebbe piacerti"
    "|i più venduti|sponsorizzati|in arrivo",
    "boilerplate": "non appena|quando il tuo ordine|ti invieremo|ti informeremo|ti avviseremo|una volta"
    " spedito|se hai|nel caso in cui|appena spedito|prima della consegna|riceverai una|dopo la"
    " spedizione",
    "progress": "ordinato|spedito|in consegna|consegnato|in transito|confermato",
    "invoice": "fattura|ricevuta|scontrino",
    "noise": "prenotazione|volo|biglietto|carta d'imbarco|itinerario|donazione|password|avviso di"
    " sicurezza|hai venduto|risposta automatica|carrello|recensione|lascia un"
    " feedback|newsletter|estratto conto|lista dei desideri|sondaggio|soggiorno",
    "order_named": "il tuo ordine",
    "parcel": "spedizione|pacco|consegna",
    "not_order": "lascia una recensione|recensisci|valuta il|la tua opinione|nel carrello|di nuovo disponibile",
    "utility": "kwh|bolletta|lettura del contatore|domiciliazione|abbonamento",
    "item_price": "prezzo dell'articolo",
    "travel": "prenotazione|partenza|passeggero|il tuo viaggio|volo",
    "personal_address": "indirizzo di spedizione|indirizzo di consegna|indirizzo di fatturazione|spedire a|spedito a|consegna a|spedizione a|consegnare a|fatturato a|sarà spedito a|indirizzo",
    "personal_name": "destinatario|cliente|nome del cliente|ritirato da|firmato da|intestatario|nome destinatario",
    "greeting": "ciao|buongiorno|buonasera|salve|gentile|gentile cliente|caro|cara|egregio|gentilissimo|gentilissima",
    "thanks": "grazie|buone notizie|congratulazioni",
    "personal_phone": "telefono|numero di telefono|tel|tel.|cellulare|cell|recapito",
}

STATUSES = {
    "delivered": "è stato consegnato|è stata consegnata|sono stati consegnati|consegnato|pacco"
    " consegnato|consegna effettuata|consegna completata|è arrivato|consegnato:",
    "out_for_delivery": "in consegna oggi|in consegna|consegna oggi|verrà consegnato oggi|sarà consegnato oggi|arriva"
    " oggi|in arrivo oggi|consegnato oggi",
    "ready_for_pickup": "pronto per il ritiro|disponibile per il ritiro|ritira il tuo|in giacenza|puoi ritirare",
    "shipped": "è ora completo|è stato affidato al corriere|affidato al corriere|è stato spedito|è stata spedita|sono stati spediti|spedito:|conferma di spedizione"
    "|conferma spedizione|è in viaggio|in viaggio|è partito|ordine spedito|abbiamo spedito|spedito"
    "|in arrivo|affidato al corriere|consegnato al corriere|ordine è completo|ordine completato"
    "|ha lasciato il nostro magazzino",
    "in_transit": "in transito|presa in carico|preso in carico|è in arrivo|arriva domani|in consegna domani",
    "label_created": "in preparazione|etichetta creata|in attesa di ritiro",
    "exception": "in ritardo|ritardo|tentativo di consegna|mancata consegna|non è stato possibile"
    " consegnare|consegna non riuscita|nuova data di consegna",
    "returned": "reso al mittente|restituito al mittente|ritorno al mittente",
    "cancelled": "è stato annullato|è stata annullata|annullato|annullamento|cancellato|ordine annullato",
    "refunded": "rimborso|rimborsato|abbiamo rimborsato|è stato rimborsato",
    "ordered": "conferma ordine|conferma dell'ordine|conferma del tuo ordine|grazie per il tuo ordine"
    "|grazie per l'ordine|grazie per il tuo acquisto|grazie per aver ordinato|ordine confermato"
    "|abbiamo ricevuto il tuo ordine|ordine ricevuto|riepilogo ordine|riepilogo dell'ordine"
    "|grazie per l'acquisto|ordinato:|fattura|ricevuta|hai acquistato|riepilogo acquisto",
}
