"""Spanish."""

LABELS = {
    "order_number": "número de pedido|número del pedido|nº de pedido|n.º de pedido|n° de pedido|nº pedido|pedido"
    " nº|pedido n.º|pedido n°|pedido número|referencia del pedido|id de pedido|pedido #|código de"
    " pedido|tu pedido|su pedido|número de orden|orden nº|orden #|número de factura|localizador"
    " del pedido",
    "order_word": "pedido|orden|pedidos",
    "order_date": "fecha de pedido|fecha del pedido|fecha de compra|realizado el|pedido el|pedido realizado",
    "total": "total del pedido|importe total|total a pagar|total pagado|total (iva incluido)|total|monto"
    " total|precio total|total compra|total con iva",
    "total_not": "subtotal|total parcial|total sin iva|total artículos|total productos|total antes",
    "subtotal": "subtotal|total parcial|total artículos|total productos",
    "shipping": "envío|gastos de envío|costes de envío|coste de envío|entrega|transporte",
    "tax": "iva|impuestos|i.v.a.",
    "discount": "descuento|cupón|promoción|código promocional|vale",
    "refund": "importe reembolsado|total reembolsado|reembolso|importe del reembolso",
    "quantity": "cantidad|cant.|cant|unidades|uds",
    "item": "artículo|artículos|producto|productos|descripción",
    "price": "precio|precio unitario",
    "line_total": "total|importe|precio|subtotal",
    "sku": "referencia|ref.|código de producto",
    "tracking": "número de seguimiento|código de seguimiento|número de envío|nº de seguimiento|nº de envío"
    "|código de envío|seguimiento|localizador|número de tracking|localizador de envío|n.º de seguimiento"
    "|número de rastreo|guía|número de expedición|números de seguimiento|expedición",
    "carrier": "transportista|enviado por|empresa de transporte|agencia de transporte|enviado con|mensajería",
    "eta": "entrega estimada|fecha estimada de entrega|fecha de entrega|entrega prevista|llegará|llega|entrega"
    "|fecha prevista de entrega|entregará|se entregará|llegada estimada|prevista para|previsto para"
    "|llegada prevista|nuevo intento|volveremos a intentarlo|lo entregaremos|entregaremos"
    "|te lo entregamos",
    "delivery_word": "entrega|llegada|llega el",
    "seller": "vendido por|vendedor|tienda",
    "sender": "remitente|de|enviado por|tu paquete de|tu envío de",
    "adverts": "también te puede interesar|te puede interesar|te podría gustar|te puede gustar|quizás te interese"
    "|recomendado para ti|recomendados|otros clientes|productos similares|también compraron"
    "|también te puede gustar|te recomendamos|patrocinado|los clientes también|más vendidos"
    "|quizá te interese",
    "boilerplate": "cuando tu pedido|cuando enviemos|en cuanto|te enviaremos|te avisaremos|te informaremos|una"
    " vez enviado|si tienes|si no|recibirás un|cuando salga|tan pronto como|antes de la"
    " entrega|una vez entregado",
    "progress": "pedido|enviado|en reparto|entregado|en tránsito|confirmado",
    "invoice": "factura|recibo|comprobante",
    "noise": "reserva|vuelo|billete|tarjeta de embarque|itinerario|donación|donativo|contraseña|alerta de"
    " seguridad|has vendido|respuesta"
    " automática|carrito|valora|valoración|opinión|newsletter|extracto bancario|lista de"
    " deseos|encuesta|estancia",
    "order_named": "tu pedido|su pedido|tu compra",
    "parcel": "envío|paquete|entrega",
    "not_order": "deja una reseña|valora tu|tu opinión|en tu carrito|en tu cesta|de nuevo disponible|encuesta",
    "utility": "kwh|lectura del contador|domiciliación|factura de luz|suscripción|consumo",
    "item_price": "precio del artículo",
    "travel": "localizador de reserva|tu viaje|pasajero|salida|vuelo|reserva confirmada",
    "personal_address": "dirección de envío|dirección de entrega|dirección de facturación|enviar a|enviado a|entregar a|envío a|se enviará a|facturar a|direccion de envio|dirección",
    "personal_name": "destinatario|cliente|nombre del cliente|recibido por|firmado por|titular|a nombre de",
    "greeting": "hola|buenos días|buenas tardes|buenas|estimado|estimada|estimado cliente|querido|querida|apreciado|apreciada",
    "thanks": "gracias|muchas gracias|buenas noticias|enhorabuena",
    "personal_phone": "teléfono|número de teléfono|telefono|tel|tel.|móvil|celular",
}

STATUSES = {
    "delivered": "ha sido entregado|ha sido entregada|han sido entregados|se ha entregado|hemos"
    " entregado|entregado|fue entregado|paquete entregado|ha llegado|pedido entregado|entrega"
    " realizada|entregado:",
    "out_for_delivery": "en reparto|sale a reparto|llega hoy|se entregará hoy|entrega hoy|será entregado hoy|en"
    " proceso de entrega|lo recibirás hoy|llegará hoy|en ruta de entrega",
    "ready_for_pickup": "listo para recoger|disponible para recoger|listo para ser recogido|ya puedes"
    " recoger|pendiente de recogida|disponible para su recogida|lista para recoger",
    "shipped": "ha sido enviado|hemos enviado|se ha enviado|está en camino|en camino|enviado:|confirmación de envío"
    "|ha salido|pedido enviado|fue enviado|enviado|va de camino|de camino|ya está en camino|despachado"
    "|ya se ha completado|pedido completado|ha salido de nuestro almacén",
    "in_transit": "en tránsito|hemos recogido|admitido|en curso|llega mañana|ha sido recogido|está en nuestro",
    "label_created": "preparando tu envío|en preparación|etiqueta creada|estamos"
    " preparando|prerregistrado|pre-registrado",
    "exception": "retrasado|retraso|retrasada|no hemos podido entregar|intento de"
    " entrega|incidencia|ausente|entrega fallida|nueva fecha de entrega",
    "returned": "devuelto al remitente|devolución al remitente|devuelto a origen",
    "cancelled": "ha sido cancelado|ha sido cancelada|cancelado|cancelación|anulado|anulación|cancelada|hemos"
    " cancelado",
    "refunded": "reembolso|reembolsado|hemos reembolsado|devolución del importe|abono",
    "ordered": "confirmación de pedido|confirmación del pedido|confirmación de tu pedido|gracias por tu pedido"
    "|gracias por su pedido|gracias por tu compra|gracias por su compra|pedido confirmado"
    "|hemos recibido tu pedido|hemos recibido su pedido|pedido recibido|resumen del pedido"
    "|resumen de tu pedido|confirmación de compra|confirmación de tu compra|pedido realizado|factura"
    "|has comprado|resumen de compra",
}
