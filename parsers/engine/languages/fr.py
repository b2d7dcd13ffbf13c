"""French."""

LABELS = {
    "order_number": "numéro de commande|n° de commande|nº de commande|n° commande|commande n°|commande nº|commande no"
    "|référence de commande|référence de la commande|réf. commande|votre commande|commande numéro|numéro de la commande"
    "|numéro de facture|commande #|référence commande",
    "order_word": "commande",
    "order_date": "date de commande|date de la commande|commandé le|passée le|effectuée le|commande du",
    "total": "montant total|total ttc|total de la commande|total à payer|montant payé|total payé|total|montant de la commande"
    "|net à payer|montant réglé|total commande|total général",
    "total_not": "sous-total|sous total|total ht|total des articles|total avant|total tva|total remise",
    "subtotal": "sous-total|sous total|total des articles|total articles|total produits|montant des articles",
    "shipping": "livraison|frais de livraison|frais de port|expédition|frais d'expédition|port|transport|frais d'envoi",
    "tax": "tva|dont tva|taxes|taxe",
    "discount": "remise|réduction|code promo|bon d'achat|avoir|promotion|chèque cadeau",
    "refund": "montant remboursé|remboursement|montant du remboursement|total remboursé",
    "quantity": "quantité|qté|qte|nombre",
    "item": "article|articles|produit|produits|désignation|description|libellé",
    "price": "prix|prix unitaire|p.u.|pu ttc",
    "line_total": "total|montant|prix|prix total|sous-total",
    "sku": "référence|réf.|réf|code article",
    "tracking": "numéro de suivi|n° de suivi|nº de suivi|numéro de colis|n° de colis|numéro du colis|numéro d'envoi"
    "|suivi|numéro d'expédition|votre colis n°|colis n°|votre colis|code de suivi|numéro de votre colis"
    "|numéros de suivi|n° d'envoi",
    "carrier": "transporteur|livré par|expédié par|mode de livraison|livraison par|expédié via",
    "eta": "livraison estimée|livraison prévue|date de livraison|date de livraison prévue"
    "|date de livraison estimée|livraison le|livré le|arrivée prévue|arrive le|livraison prévue le"
    "|sera livré|sera livrée|prévue le|prévu le|arrivera|livraison|date estimée|livraison entre"
    "|livrerons le|le livrerons",
    "delivery_word": "livraison|arrivée",
    "seller": "vendeur|vendu par|boutique|marchand",
    "sender": "expéditeur|de la part de|envoyé par|votre colis de|colis de",
    "adverts": "vous aimerez aussi|vous aimerez également|vous pourriez aimer|vous pourriez également aimer"
    "|nos recommandations|recommandé pour vous|recommandés pour vous|les clients ont aussi"
    "|sélection pour vous|à découvrir|produits similaires|vous aimerez peut-être|articles similaires"
    "|sponsorisé|à venir|expédié séparément|les clients ayant acheté|découvrez aussi"
    "|cela pourrait vous plaire|ça pourrait vous plaire",
    "boilerplate": "dès que votre|dès l'expédition|lorsque votre|une fois votre|vous recevrez|si vous|nous vous informerons|nous"
    " vous préviendrons|vous écrirons|dès qu'elle|dès qu'il|lors de son expédition|après réception|droit de rétractation"
    "|avant la livraison|sera expédiée|une fois expédié",
    "progress": "commandé|commandée|expédié|expédiée|en cours de livraison|livré|livrée|en préparation|confirmée",
    "invoice": "facture|reçu|ticket de caisse|justificatif",
    "noise": "réservation|votre vol|billet|carte d'embarquement|itinéraire|voyage|votre séjour|don|mot de passe|alerte de sécurité"
    "|vous avez vendu|votre vente|absence du bureau|réponse automatique|votre panier|donnez votre avis|évaluez|votre avis"
    "|newsletter|relevé de compte|liste de souhaits|sondage|enquête|liste d'envies",
    "order_named": "votre commande|votre achat",
    "parcel": "colis|envoi|colissimo|livraison",
    "not_order": "donnez votre avis|votre avis|laissez un avis|évaluez|dans votre panier|de retour en stock"
    "|baisse de prix|enquête de satisfaction",
    "utility": "kwh|relevé de compteur|votre facture mobile|prélèvement automatique|abonnement|échéance|consommation",
    "item_price": "prix de l'article|prix d'achat",
    "travel": "aller simple|référence de réservation|votre voyage|passager|départ|e-billet|votre séjour|votre vol",
    "personal_address": "adresse de livraison|adresse de facturation|adresse d'expédition|livraison à|expédié à|livré à|facturé à|facturation à|livrer à|envoyé à|adresse",
    "personal_name": "destinataire|client|nom du client|réceptionné par|signé par|titulaire|nom du destinataire",
    "greeting": "bonjour|bonsoir|salut|cher|chère|cher monsieur|chère madame|madame|monsieur|coucou",
    "thanks": "merci|bonne nouvelle|félicitations",
    "personal_phone": "téléphone|numéro de téléphone|tél|tél.|portable|mobile",
}

STATUSES = {
    "delivered": "a été livré|a été livrée|ont été livrés|est livré|est livrée|bien été livré|bien été livrée|colis livré|est"
    " arrivé|est arrivée|livré :|livraison effectuée|a été remis|a bien été remis|commande livrée|livré",
    "out_for_delivery": "en cours de livraison|sera livré aujourd'hui|sera livrée aujourd'hui|livraison aujourd'hui|est en"
    " livraison|arrive aujourd'hui|livré aujourd'hui|en cours de distribution|livraison prévue aujourd'hui|livreur est en"
    " route|chez vous aujourd'hui",
    "ready_for_pickup": "prêt à être retiré|prête à être retirée|disponible en point|vous attend|à retirer|disponible au retrait"
    "|disponible pour le retrait|disponible en magasin|prêt en magasin|est disponible",
    "shipped": "a été expédié|a été expédiée|ont été expédiés|est expédié|est expédiée|expédition de votre"
    "|confirmation d'expédition|est en route|est en chemin|en route|a été envoyé|a été envoyée|expédié :"
    "|expédiée|expédié|a quitté|est partie|est parti|remis au transporteur"
    "|prise en charge par le transporteur|bientôt chez vous|avis d'expédition|est maintenant terminée"
    "|commande terminée|vient de quitter notre entrepôt|a quitté notre entrepôt|en cours d'acheminement",
    "in_transit": "en transit|pris en charge|en cours d'acheminement|en cours de transport|arrive demain|livré demain|est en"
    " cours d'acheminement|arrive bientôt",
    "label_created": "en préparation|étiquette créée|est en cours de préparation|va bientôt être expédié|attend d'être",
    "exception": "retard|retardé|retardée|n'a pas pu être livré|avis de passage|absent lors|tentative de livraison|incident|échec"
    " de livraison|nouvelle date de livraison|reportée",
    "returned": "retour à l'expéditeur|retourné à l'expéditeur|renvoyé à l'expéditeur",
    "cancelled": "a été annulé|a été annulée|ont été annulés|annulation|est annulée|est annulé|annulée|commande annulée",
    "refunded": "remboursement|remboursé|remboursée|a été remboursé|avons remboursé",
    "ordered": "confirmation de commande|confirmation de votre commande|confirmation de la commande"
    "|merci pour votre commande|merci de votre commande|commande confirmée|avons bien reçu votre commande"
    "|bien reçu votre commande|merci pour votre achat|merci de votre achat|commande enregistrée"
    "|commande validée|est confirmée|récapitulatif de commande|récapitulatif de votre commande"
    "|votre facture|facture|commandé :|nous préparons votre commande|votre reçu|vous avez acheté"
    "|merci d'avoir effectué vos achats|preuve d'achat|reçu d'achat",
}
