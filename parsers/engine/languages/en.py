"""English."""

LABELS = {
    "order_number": "your order number|your order no|order number|order no|order no.|order nr|order id|order ref|order reference|order #"
    "|order confirmation number|order confirmation #|confirmation number|purchase order|web order"
    "|sales order|receipt #|receipt number|receipt id|receipt no|invoice number|invoice #|invoice no"
    "|order code|reference number|your order|purchase id|transaction id",
    "order_word": "order|orders|receipt|purchase",
    "order_date": "order date|date of order|ordered on|order placed|placed on|date ordered|order placed on|purchase date"
    "|purchased on|date purchased",
    "total": "grand total|order total|total charged|total paid|total amount|amount paid|amount charged"
    "|total to pay|total due|payment total|total price|total cost|total payment|total (incl|total incl"
    "|total including|purchase total|amount due|total for this order|you paid|total|total charge"
    "|new total",
    "total_not": "total before|subtotal|sub total|sub-total|item total|items total|total savings|total saved|you saved"
    "|shipment total|total items|total qty|total quantity|total weight|total tax|total vat|total gst|total points"
    "|total discount|total number|merchandise total|refund total|total refund|product total",
    "subtotal": "subtotal|sub total|sub-total|item subtotal|items subtotal|merchandise|merchandise total|items total"
    "|item total|product total|cart subtotal|order subtotal",
    "shipping": "shipping|postage|delivery|shipping & handling|shipping and handling|shipping cost|delivery fee|postage and"
    " packing|postage and packaging|postage & packing|p&p|freight|delivery charge|shipping fee|delivery cost|handling",
    "tax": "tax|vat|gst|sales tax|estimated tax|hst|pst|taxes|total tax|tax collected|estimated tax to be collected",
    "discount": "discount|promotion|promotion applied|coupon|voucher|promo code|savings|promotions|store credit|gift card"
    "|gift certificate|discounts|adjustments|loyalty",
    "refund": "refund total|refund amount|total refund|amount refunded|refunded amount|refund|total refunded|refunded",
    "quantity": "qty|quantity|units|qty.|count",
    "item": "item|items|product|products|description|item description|product name|article|details|name|item name"
    "|product description|your order|order items|item details",
    "price": "price|unit price|item price|price each|each|cost|rate|unit cost",
    "line_total": "total|amount|line total|item total|subtotal|price|sum|total price|ext. price",
    "sku": "sku|item number|item #|item no|product code|style|style #|article number|model|item id|product id|upc|asin"
    "|variant|stock code",
    "tracking": "tracking reference|tracking number|tracking no|tracking #|tracking id|tracking code|tracking"
    "|tracking numbers|consignment number|consignment no|consignment|shipment number|shipment id"
    "|parcel number|parcel id|parcel code|parcel no|waybill|waybill number|air waybill|awb|article id"
    "|tracking reference|delivery number|package number|track number|reference number|pin|tracking pin"
    "|tracking/pin|track your parcel|track your package|barcode|item reference|shipment tracking number"
    "|express tracking number|your parcel reference|delivery reference|carrier tracking number"
    "|label number|tracking label|label no",
    "carrier": "carrier|shipped via|courier|shipping carrier|ship via|shipped with|delivery company|delivery partner"
    "|shipping method|shipped by|delivered by|delivery service|shipping company",
    "eta": "estimated delivery|estimated delivery date|expected delivery|expected delivery date"
    "|expected delivery by|expected delivery on|est. delivery|delivery date|delivery by|arriving|arrives"
    "|arrive by|arrives by|delivers by|get it by|scheduled delivery|scheduled delivery date"
    "|estimated arrival|expected arrival|will be delivered|delivering|delivery expected|be delivered on"
    "|arriving by|arrive on|guaranteed delivery|delivery day|delivery estimate|delivered by"
    "|scheduled for delivery|expected by|deliver it on|new estimated delivery|should arrive"
    "|to be delivered|delivery window|anticipated delivery|promised delivery|estimated ship date|due"
    "|new delivery date|now expected|due to arrive|due for delivery|scheduled to be delivered"
    "|delivery is scheduled for|out for delivery|delivered on|will arrive|package will arrive"
    "|expects to deliver|delivery is due|expect it|expect delivery|estimated time|delivery time|coming on"
    "|be with you|expect to deliver|we expect to deliver|delivery: by|expected to arrive"
    "|new estimated arrival|new expected delivery|estimated to arrive|be delivered by|arriving on"
    "|should reach you|reach you by|reach you between|should be with you",
    "delivery_word": "standard delivery|express delivery|next day delivery|delivery|delivered by|arrives|get it|due"
    "|expected|estimated|arrival",
    "seller": "sold by|your seller|seller|shop|merchant|vendor|ebay seller|sold and shipped by",
    "sender": "sender|from|shipper|sent by|shipped from|merchant|retailer|your delivery from|your parcel from"
    "|your package from|your order from|parcel from|package from|delivery from",
    "adverts": "just dropped|hot right now|featured|new drops|customers love|you may also like|you might also like|recommended for you|recommendations|customers who bought"
    "|customers also bought|buy it again|based on your|inspired by|have you seen|more from|top picks"
    "|related items|people also bought|trending|just for you|explore more|picked for you|discover more"
    "|shop more|others also bought|similar items|sponsored|you'll love|new arrivals|frequently bought"
    "|complete the look|don't miss|deals for you|recommended items|items you might like|recently viewed"
    "|keep shopping|suggested for you|today's deals|shops you may like|more to love|top rated"
    "|picked these|coming soon|not yet shipped|still to come|still on its way|still on the way"
    "|remaining items|items not yet|coming separately|you could also like|more like this|others also"
    "|bestsellers|best sellers|new in|while you wait|our favourites|because you|customers also viewed"
    "|trade in & save|trade in|more ways to|shop by|featured products|popular right now|still to ship"
    "|to follow",
    "boilerplate": "safe drop is only available|your order will be shipped|we'll let you know when|we will let you know when"
    "|once your order has shipped|once your package ships|once it ships|when it ships|when your order ships|as soon as it"
    " ships|once shipped|we'll send you|we will send you|will notify you when|notify you once|we'll notify you|will email"
    " you when|once your item* dispatched|until it is dispatched|when your item* shipped|have dispatched|after it has been"
    " shipped|before it has shipped|if your * has not|if you haven't|if it hasn't|has not been delivered|have not received"
    "|not yet shipped|can't be delivered|you will receive * email|after delivery|upon delivery|we'll email you"
    "|we will email|if your order is cancelled|to cancel|cancel your order|cancellation policy|return or refund|refund policy"
    "|returns and refunds|returns & refunds|request a refund|free returns|delivery options|track your delivery|when your"
    " parcel is delivered|if nobody|once they're shipped|orders containing several items may ship separately|be refunded if"
    "|once your items are ready|full refund|may be delivered|delivery preferences|will be cancelled if|unless it is"
    " delivered|email you when|get your order ready|getting your order ready|once delivered|as soon as your|when your"
    " order|once your|until your|after your order",
    "progress": "ordered|shipped|dispatched|out for delivery|delivered|arriving|processing|confirmed|in transit|packed|on the"
    " way|preparing|order placed|order received|label created|collected",
    "invoice": "invoice|tax invoice|receipt|payment receipt|proof of purchase|your receipt|payment confirmation|bill",
    "noise": "booking reference|boarding|itinerary|flight|e-ticket|check-in opens|hotel reservation|your reservation"
    "|your stay|your trip|donation|thank you for donating|your contribution|reset your password|verify your email|security"
    " alert|sign-in attempt|you sold|your item sold|you made the sale|you've made a sale|you made a sale|has been sold|new"
    " order from|payout|print your shipping label|ship your item|out of office|automatic reply|left something|in your cart"
    "|your cart|still interested|rate your|leave a review|how did we do|tell us what you think|how was your|review your"
    " purchase|write a review|wish list|price drop|back in stock|newsletter|bank statement|your statement|payment is due"
    "|direct debit|mail is on the way|mailpiece|informed delivery daily digest|daily digest|subscription renewal"
    "|verification code|one-time code|account has been suspended|unpaid invoice|customs fee|redelivery fee|payment declined"
    "|confirm your address to|account suspended|utility bill|your bill is ready|electricity|insurance policy|ticket order"
    "|your tickets|event ticket|table reservation|your appointment|letter mail|lettermail|survey",
    "order_named": "your receipt|your purchase from|for your order|your order from|your * purchase|your * order"
    "|new order|your preorder|your order #|your order number|your order|order complete|your order of",
    "parcel": "parcel|package|shipment|consignment|item|delivery",
    "not_order": "meet your expectations|how was your purchase|how was your order|how did we do|rate your|rate and review|leave a review"
    "|review your purchase|write a review|tell us what you think|left something|in your cart"
    "|in your basket|your basket|still interested|price drop|back in stock|give feedback"
    "|share your feedback|what did you think|new from|order history|how was your delivery"
    "|how was your experience",
    "utility": "electricity|kwh|standing charge|meter reading|bill period|billing period|direct debit|broadband"
    "|data allowance|monthly plan|your bill|policy number|membership renewal|subscription renews"
    "|renews on|next billing date",
    "item_price": "purchase price|item price|price paid",
    "travel": "outward|outbound|booking reference|e-tickets|etickets|boarding pass|departure|railcard|check-in"
    "|itinerary|your journey|your flight|your stay|your booking|passengers",
    "personal_address": "shipping address|delivery address|billing address|ship to|shipping to|shipped to|shipping information|deliver to|delivering to|delivery to|bill to|billed to|billing to|billing details|shipping details|billing information|postal address|your address|invoice address|invoice to|sold to|send to|sending to|ship-to|bill-to|pickup person|customer details|customer information|delivering your order to|shipment address|recipient address|address",
    "personal_name": "recipient|recipient name|customer name|customer|addressee|contact name|signed for by|received by|signed by|attention|attn|account holder|cardholder|placed by|ordered by|full name",
    "greeting": "hi|hello|hey|dear|good morning|good afternoon|good evening|welcome|welcome back|g'day|greetings",
    "thanks": "thank you|thanks|thankyou|great news|good news|congratulations|cheers",
    "personal_phone": "phone|phone number|telephone|tel|tel.|mobile|mobile number|mobile phone|cell|contact number|call|sms",
}

STATUSES = {
    "delivered": "has been delivered|have been delivered|was delivered|were delivered|been delivered|package delivered"
    "|parcel delivered|item delivered|order delivered|delivered:|delivery complete|delivery completed|successfully"
    " delivered|has delivered|have delivered|we've delivered|left in a safe place|left with a neighbour|signed for by|is"
    " delivered|has arrived|your package arrived|your parcel arrived|arrived:|delivery confirmation|delivery notification"
    "|delivered to|have received your|your delivery is here|delivered today|delivered",
    "out_for_delivery": "out for delivery|on board for delivery|onboard for delivery|with the driver|arriving today|will be"
    " delivered today|is coming today|coming today|delivering it today|we're delivering * today|delivery is today|will"
    " arrive today|due today|be delivered today|delivered later today|delivering today|delivery today|with your local"
    " courier|with your courier|out with * courier|arrive today|the delivery driver|driver is on the way|on its way to you"
    " today|today's delivery|your delivery today|scheduled for today|arrives today|on vehicle for delivery|next stop"
    "|driver is arriving|with our driver|is with a driver|for delivery today",
    "ready_for_pickup": "ready to collect|ready for collection|ready for pick up|ready for pickup|ready to be picked up"
    "|awaiting collection|available for pickup|available for collection|ready to pick up|available for pick up|waiting to"
    " be collected|ready and waiting|waiting for you at|ready for customer pickup|ready in store|held for pickup",
    "shipped": "has shipped|have shipped|has been shipped|have been shipped|was shipped|were shipped|been dispatched"
    "|has dispatched|we've dispatched|we have dispatched|has been despatched|been despatched"
    "|was dispatched|is dispatched|we've shipped|we shipped|has left our|order shipped|shipped:"
    "|dispatched:|dispatched|despatched|shipping confirmation|dispatch confirmation|shipment confirmation"
    "|on its way|on the way|on their way|heading your way|headed your way|has been sent|have been sent"
    "|we've sent|has been posted|is shipped|just shipped|shipment notification|package was shipped"
    "|now shipped|your shipment from|shipping update|partially shipped|shipped|is en route"
    "|en route to you|left our warehouse|handed to the carrier|with our carrier|with the carrier"
    "|has left the|order is now complete|order has been fulfilled|has been fulfilled|on the move"
    "|has been picked up by|left our",
    "in_transit": "in transit|we've got it|we've got your parcel|we have your parcel|we've received your parcel|we have"
    " received your parcel|received your parcel|received your package|picked up by the carrier|collected by the carrier"
    "|cleared customs|has been picked up|arrived at * facility|arrived at * depot|coming your way|left the departure|with"
    " local carrier|at customs|is moving|in our network|at our depot|handed over to|scheduled for delivery|expected"
    " delivery|scheduled delivery|arriving tomorrow|will be delivered tomorrow|due tomorrow|delivery tomorrow",
    "label_created": "label created|label has been created|shipping label created|shipping information received|shipment"
    " information received|information sent to|we're expecting|we are expecting|is being prepared|is preparing|getting"
    " ready to ship|is ready to ship|expecting your parcel|ready to be shipped|about to be shipped|electronic notification"
    "|has been manifested|shipment created|order is being packed|awaiting pickup by carrier",
    "exception": "delivery exception|running late|is delayed|has been delayed|been delayed|delayed"
    "|new scheduled delivery date|we missed you|missed delivery|sorry we missed|missed you"
    "|attempted delivery|delivery attempted|delivery attempt|attempted to deliver|tried to deliver"
    "|unable to deliver|couldn't deliver|could not deliver|card left|undeliverable|delivery problem"
    "|problem with your delivery|delivery failed|unsuccessful|rescheduled|held at customs"
    "|later than expected|delivery update:|address issue|there's a delay|was damaged|has been lost"
    "|is lost|issue with your delivery|delivery has changed|running behind|were unable"
    "|change to your delivery|customs payment|held for customs|duties payment|duties and taxes are due"
    "|import duties|customs charge|fee to pay|a delay with|slight delay|on backorder|arriving late"
    "|running a little late",
    "returned": "return to sender|returned to sender|being returned|has been returned|returned to the sender|on its way back",
    "cancelled": "has been cancelled|has been canceled|have been cancelled|have been canceled|was cancelled|was canceled"
    "|been cancelled|been canceled|order cancelled|order canceled|cancellation|we've cancelled|we've canceled|we cancelled"
    "|we canceled|had to cancel|is cancelled|is canceled|cancelled:|canceled:|successfully cancelled|successfully canceled"
    "|cancelled|canceled|no longer available",
    "refunded": "refund confirmation|has been refunded|have been refunded|been refunded|was refunded|refund issued|refund has"
    " been|we've refunded|we have refunded|we've issued|issued a refund|issued your refund|refund processed|your refund"
    "|refund notification|refund for|refunded|processed your refund|processed a refund|refund from|refund on",
    "ordered": "order confirmation|order confirmed|confirmation of your order|confirming your order"
    "|thank you for your order|thanks for your order|thank you for your purchase|thanks for your purchase"
    "|thank you for shopping|thanks for shopping|we've received your order|we have received your order"
    "|order received|order has been received|we've got your order|we got your order"
    "|your order is confirmed|order is confirmed|order * confirmed|order has been placed|order placed"
    "|placed an order|ordered:|order acknowledgement|order summary|receipt for your"
    "|thank you for ordering|thanks for ordering|you've ordered|order is being processed"
    "|processing your order|invoice|tax invoice|receipt from|you sent a payment|you authorised a payment"
    "|you authorized a payment|authorised a payment|you paid|payment to|purchase confirmation"
    "|pre-order confirmation|order was successful|you bought|you just bought|kauf abgeschlossen"
    "|bid was accepted|has been charged|pre-order confirmed|preorder confirmed|locked in|purchase receipt"
    "|payment received for order",
}
