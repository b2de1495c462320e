"""The words of the fictional worlds; every fourth of each pool is held out (`templates.split`)."""

from qa.models.reader.training.generated.templates import variants

__all__ = [
    "AGENCIES",
    "AGREEMENT_PLACES",
    "AGREEMENT_SORTS",
    "COUNTRIES",
    "COUNTRY_ENDS",
    "CURRENCIES",
    "FIRST_NAMES",
    "NAME_MIDDLES",
    "NAME_STARTS",
    "OFFICES",
    "PRODUCTS",
    "SURNAME_ENDS",
    "TOWN_ENDS",
    "TRADES",
]

# No start is the beginning of another one, so names of the two parts never meet.
NAME_STARTS = tuple(
    """
    Bal Cor Dre Fen Gal Hal Ist Jor Kal Lor Mar Nel Ost Pel Quor Ras Sel Tor Ul Vel Wes Yar Zel Ard Bren
    Cal Dal Er Far Gor Hes Il Jal Kor Lan Mor Nar Ol Per Rov Sar Tal Ur Var Wil Yel Zan Ald Bor Cas Dor El
    Fjor Gri Hol Ing Jun Kes Lun Mel Nov Orr Pol Rhe Ster Thal Umb Vor Wol Ys Zor
    """.split()
)
NAME_MIDDLES = ("a", "e", "i", "o", "u", "an", "en", "in", "on", "ar", "er", "al", "el", "ad", "im", "os")
COUNTRY_ENDS = ("dia", "via", "nia", "ria", "land", "stan", "mark", "dor", "ra", "sia", "lia", "na")
TOWN_ENDS = ("port", "burg", "ton", "vik", "haven", "mouth", "ford", "berg", "stad", "grad", "wick", "ma")
SURNAME_ENDS = (
    "sen",
    "ova",
    "ski",
    "mann",
    "ez",
    "er",
    "son",
    "lund",
    "vic",
    "ini",
    "ley",
    "dahl",
    "ko",
    "tas",
)

COUNTRIES = (
    ("Brazil", "Brazilian"),
    ("Vietnam", "Vietnamese"),
    ("Norway", "Norwegian"),
    ("Japan", "Japanese"),
    ("Canada", "Canadian"),
    ("Mexico", "Mexican"),
    ("Kenya", "Kenyan"),
    ("South Korea", "South Korean"),
    ("China", "Chinese"),
    ("India", "Indian"),
    ("Germany", "German"),
    ("Chile", "Chilean"),
    ("the United States", "American"),
    ("Turkey", "Turkish"),
    ("Poland", "Polish"),
    ("Peru", "Peruvian"),
    ("Ghana", "Ghanaian"),
    ("Thailand", "Thai"),
    ("Spain", "Spanish"),
    ("Morocco", "Moroccan"),
    ("Egypt", "Egyptian"),
    ("Colombia", "Colombian"),
    ("Australia", "Australian"),
    ("Ukraine", "Ukrainian"),
    ("Indonesia", "Indonesian"),
    ("the United Kingdom", "British"),
    ("France", "French"),
    ("Argentina", "Argentine"),
    ("Malaysia", "Malaysian"),
    ("Italy", "Italian"),
    ("Switzerland", "Swiss"),
    ("Sweden", "Swedish"),
    ("Pakistan", "Pakistani"),
    ("Nigeria", "Nigerian"),
    ("Uruguay", "Uruguayan"),
    ("New Zealand", "New Zealand"),
    ("the European Union", "European"),
    ("Serbia", "Serbian"),
    ("Tunisia", "Tunisian"),
    ("Bolivia", "Bolivian"),
)

PRODUCTS = variants("""
    cocoa / rice / steel / sugar / wheat / aluminium / cotton / copper ore / beef / sawn timber / passenger
    cars / natural gas / soybeans / crude oil / palm oil / fish meal / pork / dried fruit / olive oil / wine
    / cheese / butter / milk powder / tea / salmon / shrimp / frozen chicken / barley / maize / tomatoes /
    avocados / flour / cut flowers / leather / footwear / clothing / tyres / cement / glass / ceramics /
    fertiliser / nickel / lithium / zinc / coal / iron ore / paper / wood pulp / plywood / furniture /
    pharmaceuticals / medical devices / semiconductors / solar panels / batteries / wind turbines / tractors
    / textiles / machine tools / pumps / bicycles / toys / household appliances / smartphones / tobacco /
    honey / vegetable oil / lentils / potatoes / apples / bananas / oranges / rapeseed / lamb / tuna /
    cashew nuts / rubber / aircraft parts / car parts / cobalt / graphite / rare earths / hydrogen / ethanol
    / biodiesel / rolled steel / steel pipes / copper wire / bauxite / phosphate
""")

AGENCIES = variants("""
    Ministry of Trade / Customs Administration / Statistical Office / Tariff Commission / Central Bank /
    Ministry of Finance / Board of Trade / Export Agency / Department of Commerce / Court of Auditors /
    Competition Authority / Revenue Service / Ministry of Agriculture / Grain Board / Port Authority /
    Chamber of Commerce / Trade Remedies Office / Food Agency / Ministry of Economy / Energy Regulator /
    Standards Institute / Investment Agency / Growers' Association / Export Credit Bank / Shippers' Council
    / Ministry of Transport / Market Observatory / Border Guard / Dairy Council / Foreign Ministry /
    Planning Commission / Producers' Union
""")

FIRST_NAMES = tuple(
    """
    Anna Boris Clara Daniel Elena Farid Greta Hugo Irina Jonas Karim Laura Marta Nils Olga Pedro Rosa
    Samir Teresa Viktor Wanda Xenia Yusuf Zoe Adam Beatriz Carlos Dina Emil Fiona Georg Hana Ivan Julia
    Kofi Leila Mateo Nadia Oscar Paula Rafael Sofia Tomas Ursula Vera William Amara Bruno Celia Dmitri
    """.split()
)

CURRENCIES = variants("""
    $ / US dollars / € / crowns / pounds / francs / CAD / pesos / yen / euros / florins / dinars / ¥ / £ /
    rupees / reals / thalers / liras
""")

OFFICES = variants("""
    trade minister / finance minister / chief negotiator / customs director / agriculture minister /
    ambassador / economy minister / foreign minister / energy minister / industry minister / transport
    minister / trade commissioner / prime minister / central bank governor / trade envoy / fisheries
    minister
""")

AGREEMENT_PLACES = variants("""
    Northern Basin / Southern Gulf / Eastern Isles / Western Straits / Central Plains / Amber Coast / Inner
    Sea / Upper River / Coral Ocean / Three Lakes / Long Bay / High Plateau / Great Delta / Pearl Sound /
    Lower Valley / Silver Cape / Blue Lagoon / Red Hills / Grand Channel / White Mountains
""")
AGREEMENT_SORTS = variants("""
    Free Trade Agreement / Fisheries Agreement / Customs Union / Transit Agreement / Investment Treaty /
    Trade Partnership / Tariff Arrangement / Energy Charter / Food Agreement / Economic Area / Digital Trade
    Accord / Forestry Treaty / Transport Convention / Common Market / Free Ports Pact / Economic Partnership
""")

# Kinds of firms and works, for names of companies.
TRADES = variants("""
    Shipping / Steel / Foods / Logistics / Mining / Energy / Motors / Timber / Textiles / Grain / Cement /
    Chemicals / Terminals / Dairy / Freight / Metals
""")
