"""Portuguese."""

LABELS = {
    "order_number": "número do pedido|nº do pedido|número da encomenda|nº da encomenda|n.º da encomenda|encomenda"
    " nº|pedido nº|n.º do pedido|número de encomenda|referência da encomenda|código do"
    " pedido|pedido #|encomenda #|seu pedido|a sua encomenda|número de pedido|número da fatura",
    "order_word": "pedido|encomenda|compra",
    "order_date": "data do pedido|data da encomenda|realizado em|data da compra|efetuada em",
    "total": "total do pedido|total da encomenda|valor total|total a pagar|total pago|total|montante"
    " total|total geral|total com iva",
    "total_not": "subtotal|total parcial|total dos produtos|total de itens|total sem iva",
    "subtotal": "subtotal|total dos produtos|total parcial|total de artigos",
    "shipping": "frete|envio|portes|portes de envio|custos de envio|entrega|custo de envio",
    "tax": "iva|impostos|imposto",
    "discount": "desconto|cupom|cupão|promoção|vale",
    "refund": "valor reembolsado|reembolso|valor do reembolso|total reembolsado|estorno",
    "quantity": "quantidade|qtd|qtde|qtd.|unidades",
    "item": "produto|produtos|item|itens|artigo|artigos|descrição",
    "price": "preço|preço unitário|valor unitário",
    "line_total": "total|valor|preço|subtotal",
    "sku": "referência|ref.|código do produto",
    "tracking": "código de rastreio|código de rastreamento|número de rastreamento|número de rastreio"
    "|número de seguimento|código de seguimento|rastreio|objeto|número de envio|número do objeto"
    "|código do objeto|n.º de seguimento|número da expedição|números de rastreio|número do envio",
    "carrier": "transportadora|enviado por|enviado via|entregue por",
    "eta": "entrega prevista|previsão de entrega|data de entrega|entrega estimada|data prevista de entrega"
    "|chegará|chega|entrega|prazo de entrega|data estimada de entrega|prevista para|previsto para"
    "|chega em",
    "delivery_word": "entrega|chegada",
    "seller": "vendido por|vendedor|loja",
    "sender": "remetente|de|enviado por",
    "adverts": "você também pode gostar|também pode gostar|pode gostar|recomendado para você|recomendados"
    "|produtos relacionados|quem comprou|talvez goste|sugestões para si|pode também gostar"
    "|recomendado para si|patrocinado|mais vendidos|talvez lhe interesse",
    "boilerplate": "assim que|quando o seu|quando a sua|enviaremos|avisaremos|informaremos|após o envio|se"
    " você|caso|receberá um|depois de enviado|antes da entrega|logo que",
    "progress": "pedido|enviado|em trânsito|entregue|confirmado|saiu para entrega",
    "invoice": "fatura|recibo|nota fiscal|comprovante",
    "noise": "reserva|voo|bilhete|cartão de embarque|itinerário|doação|donativo|senha|palavra-passe|alerta"
    " de segurança|você vendeu|resposta"
    " automática|carrinho|avalie|avaliação|newsletter|extrato|lista de desejos|pesquisa de"
    " satisfação|estadia",
    "order_named": "seu pedido|sua encomenda|sua compra",
    "parcel": "encomenda|envio|objeto|entrega",
    "not_order": "avalie|deixe a sua opinião|a sua opinião|no carrinho|de volta ao stock",
    "utility": "kwh|leitura do contador|débito direto|assinatura|subscrição",
    "item_price": "preço do artigo",
    "travel": "reserva|partida|passageiro|a sua viagem|voo",
    "personal_address": "endereço de entrega|morada de entrega|endereço de cobrança|morada de faturação|endereço de faturação|endereço de envio|morada de envio|enviar para|entregar em|enviado para|endereço|morada",
    "personal_name": "destinatário|cliente|nome do cliente|recebido por|assinado por|titular|nome completo",
    "greeting": "olá|oi|bom dia|boa tarde|boa noite|caro|cara|prezado|prezada|estimado|estimada",
    "thanks": "obrigado|obrigada|boas notícias|parabéns",
    "personal_phone": "telefone|número de telefone|tel|tel.|telemóvel|celular",
}

STATUSES = {
    "delivered": "foi entregue|entregue|foram entregues|entrega concluída|entrega realizada|já"
    " chegou|entregamos|encomenda entregue|pedido entregue",
    "out_for_delivery": "saiu para entrega|em distribuição|entrega hoje|será entregue hoje|chega hoje|em rota de"
    " entrega|em processo de entrega|chegará hoje",
    "ready_for_pickup": "pronto para levantar|disponível para levantamento|pronto para retirada|disponível para"
    " retirada|aguardando retirada|pronta para levantar",
    "shipped": "foi enviado|foi enviada|foi despachado|está a caminho|a caminho|enviado|enviada|confirmação de envio"
    "|saiu do nosso|foi expedida|foi expedido|despachado|enviámos|enviamos|expedida|encomenda concluída"
    "|pedido concluído|saiu do nosso armazém",
    "in_transit": "em trânsito|foi recolhido|postado|em transporte|chega amanhã|objeto postado",
    "label_created": "em preparação|etiqueta|estamos preparando|a preparar",
    "exception": "atraso|atrasado|atrasada|tentativa de entrega|não foi possível entregar|não foi"
    " entregue|nova data de entrega|destinatário ausente",
    "returned": "devolvido ao remetente|devolução ao remetente",
    "cancelled": "foi cancelado|foi cancelada|cancelado|cancelada|cancelamento",
    "refunded": "reembolso|reembolsado|estorno|estornado|reembolsámos",
    "ordered": "confirmação do pedido|confirmação de pedido|confirmação da encomenda|confirmação de encomenda"
    "|obrigado pela sua compra|obrigado pelo seu pedido|obrigado pela sua encomenda|obrigado pela compra"
    "|pedido confirmado|encomenda confirmada|recebemos o seu pedido|recebemos a sua encomenda"
    "|recebemos seu pedido|pedido recebido|resumo do pedido|resumo da encomenda|pedido realizado|fatura",
}
