"""Polish."""

LABELS = {
    "order_number": "numer zamówienia|nr zamówienia|numer zamowienia|zamówienie nr|zamówienie numer|zamówienia"
    " nr|zamówienie #|id zamówienia|zamówienie|zamówienia|numer faktury",
    "order_word": "zamówienie|zamówienia|zamówieniu",
    "order_date": "data zamówienia|data złożenia|złożone|zamówiono|data zakupu",
    "total": "razem|suma|do zapłaty|łącznie|łączna kwota|wartość zamówienia|kwota zamówienia|razem do"
    " zapłaty|całkowita kwota|kwota do zapłaty|suma całkowita|razem brutto|zapłacono",
    "total_not": "razem netto|wartość produktów|wartość towarów|suma częściowa|suma vat",
    "subtotal": "wartość produktów|wartość towarów|suma częściowa|suma produktów|wartość koszyka",
    "shipping": "dostawa|koszt dostawy|wysyłka|koszt wysyłki|koszty dostawy|przesyłka|koszty wysyłki",
    "tax": "vat|podatek|w tym vat",
    "discount": "rabat|zniżka|kod rabatowy|bon|kupon",
    "refund": "kwota zwrotu|zwrot|zwrócona kwota|zwrócono",
    "quantity": "ilość|liczba|szt.|sztuk|szt",
    "item": "produkt|produkty|nazwa|towar|przedmiot|nazwa produktu|artykuł",
    "price": "cena|cena jednostkowa|cena brutto",
    "line_total": "wartość|razem|suma|kwota|cena",
    "sku": "kod produktu|symbol|indeks",
    "tracking": "numer przesyłki|nr przesyłki|numer paczki|nr paczki|numer śledzenia|numer listu przewozowego"
    "|list przewozowy|przesyłka nr|paczka nr|przesyłki nr|paczka o numerze|przesyłka o numerze"
    "|przesyłce nr|numer nadania|paczkę o numerze|paczki o numerze|o numerze|przesyłki o numerze"
    "|przesyłkę o numerze|numer referencyjny przesyłki|numery śledzenia|numery przesyłek",
    "carrier": "przewoźnik|firma kurierska|kurier|sposób dostawy|dostawca",
    "eta": "planowana dostawa|przewidywana dostawa|termin dostawy|data dostawy|przewidywany termin dostawy"
    "|planowany termin|spodziewaj się|zostanie doręczona|planowane doręczenie|dostarczymy"
    "|przewidywana data dostawy|przewidywana data doręczenia|data doręczenia|doręczymy|doręczamy"
    "|planowany termin doręczenia|przewidywany termin doręczenia",
    "delivery_word": "dostawa|doręczenie|dnia|w dniu",
    "seller": "sprzedawca|sprzedający|sklep",
    "sender": "nadawca|od|od nadawcy|nadawcą",
    "adverts": "może ci się spodobać|mogą ci się spodobać|polecane|polecamy|inni klienci|podobne produkty"
    "|klienci kupili także|specjalnie dla ciebie|sponsorowane|może cię zainteresować"
    "|mogą cię zainteresować|polecamy także|klienci kupili też|produkty podobne|bestsellery",
    "boilerplate": "gdy tylko|jak tylko|po wysłaniu|powiadomimy|poinformujemy|jeśli|jeżeli|w przypadku|wyślemy"
    " ci|po nadaniu|otrzymasz wiadomość|przed dostawą|po otrzymaniu",
    "progress": "złożone|wysłane|w doręczeniu|dostarczone|w drodze|przyjęte|w realizacji",
    "invoice": "faktura|paragon|rachunek|potwierdzenie płatności",
    "noise": "rezerwacja|lot|bilet|karta pokładowa|darowizna|hasło|alert"
    " bezpieczeństwa|sprzedałeś|sprzedano|autoodpowiedź|koszyk|oceń|opinię|opinia|newsletter|wyciąg|ankieta|lista"
    " życzeń",
    "order_named": "twoje zamówienie|zamówienie nr",
    "parcel": "przesyłka|przesyłki|przesyłkę|paczka|paczki|paczkę",
    "not_order": "oceń|wystaw opinię|twoja opinia|w koszyku|ponownie dostępny|ankieta",
    "utility": "kwh|odczyt licznika|abonament|okres rozliczeniowy",
    "item_price": "cena przedmiotu",
    "travel": "rezerwacja|odjazd|pasażer|twoja podróż|wylot",
    "personal_address": "adres dostawy|adres doręczenia|adres wysyłki|adres do wysyłki|adres rozliczeniowy|adres do faktury|dane do wysyłki|dane do faktury|dane odbiorcy|wysyłka na adres|adres odbiorcy|dostawa na adres|adres",
    "personal_name": "odbiorca|klient|imię i nazwisko|zamawiający|odebrane przez|nabywca|kupujący",
    "greeting": "cześć|dzień dobry|witaj|witam|drogi|droga|szanowny panie|szanowna pani|szanowny|szanowna|hej",
    "thanks": "dziękujemy|dzięki|dziękuję|dobra wiadomość",
    "personal_phone": "telefon|numer telefonu|tel|tel.|komórka|nr telefonu|nr tel",
}

STATUSES = {
    "delivered": "została doręczona|została dostarczona|zostało"
    " dostarczone|doręczona|dostarczona|doręczyliśmy|dostarczono|doręczono|dostarczyliśmy|paczka"
    " odebrana|została odebrana|dostarczone|odebrana",
    "out_for_delivery": "dziś doręczamy|dzisiaj doręczymy|w doręczeniu|wydana do doręczenia|dzisiaj dostarczymy|dziś"
    " dostarczymy|doręczymy dziś|kurier jedzie|zostanie doręczona dziś|przekazana do"
    " doręczenia|doręczenia dzisiaj|dostawa dzisiaj|dziś dostarczamy|w trasie do ciebie|dziś do"
    " ciebie|dzisiaj do ciebie",
    "ready_for_pickup": "gotowa do odbioru|czeka na odbiór|do odbioru|czeka na ciebie|gotowe do odbioru|odbierz"
    " paczkę|można odebrać",
    "shipped": "została wysłana|zostało wysłane|wysłaliśmy|jest w drodze|w drodze|wysłane|wysłano|wysłana|nadana"
    "|nadaliśmy|przekazane kurierowi|potwierdzenie wysyłki|przekazaliśmy kurierowi|zostały wysłane"
    "|została nadana|w drodze do ciebie|zostało zrealizowane|zamówienie zrealizowane|nadał paczkę"
    "|wysłał twoje zamówienie",
    "in_transit": "przekazana kurierowi|w transporcie|przyjęta|przyjęliśmy|w drodze|odebrana od nadawcy|w"
    " sortowni|przyjęta w oddziale|przyjęliśmy do",
    "label_created": "przygotowana|przygotowywana|oczekuje na nadanie|zarejestrowana|została"
    " utworzona|etykieta|przygotowana przez nadawcę",
    "exception": "opóźnienie|opóźniona|opóźni|nie udało się doręczyć|nieudana próba|awizo|próba"
    " doręczenia|niedoręczona|nowy termin",
    "returned": "zwrot do nadawcy|zwrócona do nadawcy|wraca do nadawcy",
    "cancelled": "anulowane|anulowano|zostało anulowane|anulowanie|anulowaliśmy",
    "refunded": "zwrot pieniędzy|zwrot płatności|zwrócono|zwrot środków|zwróciliśmy",
    "ordered": "potwierdzenie zamówienia|dziękujemy za zamówienie|dziękujemy za złożenie zamówienia"
    "|przyjęliśmy zamówienie|zamówienie przyjęte|zamówienie zostało przyjęte"
    "|otrzymaliśmy twoje zamówienie|dziękujemy za zakupy|dziękujemy za zakup|potwierdzenie zakupu"
    "|zamówienie zostało złożone|podsumowanie zamówienia|faktura|kupiłeś|kupiłaś",
}
