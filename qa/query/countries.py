"""Countries under their several names: "Canada", "Canadian", "Canada's" are one."""

from functools import cache

__all__ = [
    "adjective_of",
    "country_of",
    "country_of_adjective",
    "is_country",
    "is_name_of_country",
    "names_of_country",
]

# A line a country or union: its usual names, what comes from it, and the capital that speaks for it. A star
# marks the adjective that stands for the country, a plus the name that goes with it if that is not the first.
_COUNTRIES = """
United States, U.S., US, USA, U.S.A., America, *American, Americans, Washington
North America, North American
South America, South American
Latin America, Latin American
Central America, Central American
United Nations, UN, U.N.
United Kingdom, U.K., UK, +Britain, Great Britain, *British, Briton, Britons, London
European Union, E.U., EU, *European, +Europe, Brussels
China, *Chinese, PRC, Beijing
Korea, South Korea, *Korean, South Korean, Koreans, South Koreans, Seoul
North Korea, North Korean, North Koreans
Russia, *Russian, Russians, Moscow
Netherlands, Dutch, Holland
Czech Republic, Czechia, Czech, Czechs
United Arab Emirates, UAE, U.A.E., Emirati
Saudi Arabia, Saudi, Saudis
New Zealand, New Zealander, New Zealanders
South Africa, South African, South Africans
Costa Rica, Costa Rican
Dominican Republic, Dominican
El Salvador, Salvadoran
Sri Lanka, Sri Lankan
Hong Kong
Taiwan, *Taiwanese, Taipei
Turkey, Türkiye, *Turkish, Turk, Turks, Ankara
France, *French, Paris
Germany, *German, Germans, Berlin
Spain, *Spanish, Spaniard, Spaniards, Madrid
Portugal, *Portuguese
Ireland, *Irish
Switzerland, *Swiss, Bern, Berne
Denmark, *Danish, Dane, Danes, Copenhagen
Sweden, *Swedish, Swede, Swedes, Stockholm
Finland, *Finnish, Finn, Finns
Poland, *Polish, Pole, Poles, Warsaw
Greece, *Greek, Greeks
Norway, *Norwegian, Norwegians, Oslo
Iceland, *Icelandic
Belgium, *Belgian
Hungary, *Hungarian
Japan, *Japanese, Tokyo
Vietnam, Viet Nam, *Vietnamese, Hanoi
Thailand, *Thai, Thais, Bangkok
Philippines, Philippine, Filipino, Filipinos, Manila
Israel, *Israeli, Israelis
Pakistan, *Pakistani, Pakistanis, Islamabad
Bangladesh, *Bangladeshi, Dhaka
Iraq, *Iraqi
Qatar, Qatari
Kuwait, Kuwaiti
Peru, *Peruvian, Peruvians
Brazil, *Brazilian, Brasília, Brasilia
Argentina, *Argentine, Argentinian
Chile, *Chilean
Ecuador, *Ecuadorian, Ecuadorean
Panama, *Panamanian
Guatemala, *Guatemalan
Canada, *Canadian, Canadians, Ottawa
Mexico, *Mexican, Mexicans
Colombia, *Colombian
Venezuela, *Venezuelan, Caracas
Bolivia, *Bolivian
Cuba, *Cuban, Havana
India, *Indian, Indians, New Delhi
Indonesia, *Indonesian, Jakarta
Malaysia, *Malaysian
Singapore, *Singaporean
Australia, *Australian, Australians, Canberra
Ukraine, *Ukrainian, Kyiv
Italy, *Italian, Italians, Rome
Austria, *Austrian
Romania, *Romanian
Egypt, *Egyptian
Nigeria, *Nigerian
Kenya, *Kenyan
Ghana, *Ghanaian
Ethiopia, *Ethiopian
Morocco, *Moroccan
Iran, *Iranian, Tehran
Syria, *Syrian
Jordan, *Jordanian
Bulgaria, *Bulgarian
Cambodia, *Cambodian
Croatia, *Croatian
Cyprus, *Cypriot
England, *English
Estonia, *Estonian
Honduras, *Honduran
Jamaica, *Jamaican
Kazakhstan, *Kazakh
Latvia, *Latvian
Lithuania, *Lithuanian
Nepal, *Nepalese
Nicaragua, *Nicaraguan
Paraguay, *Paraguayan
Scotland, *Scottish
Senegal, *Senegalese
Serbia, *Serbian
Slovakia, *Slovak
Slovenia, *Slovenian
Tunisia, *Tunisian
Uruguay, *Uruguayan
Tanzania, *Tanzanian, Tanzanians
Uganda, *Ugandan, Ugandans
Rwanda, *Rwandan, Rwandans
Burundi, *Burundian
Algeria, *Algerian
Angola, *Angolan
Botswana
Cameroon, *Cameroonian
Ivory Coast, Côte d'Ivoire, *Ivorian
Libya, *Libyan
Madagascar, *Malagasy
Malawi, *Malawian
Mali, *Malian
Mozambique, *Mozambican
Namibia, *Namibian
Somalia, *Somali
South Sudan, South Sudanese
Sudan, *Sudanese
Togo, *Togolese
Zambia, *Zambian
Zimbabwe, *Zimbabwean
Afghanistan, *Afghan
Albania, *Albanian
Armenia, *Armenian
Azerbaijan, *Azerbaijani
Bahrain, *Bahraini
Belarus, *Belarusian
Bosnia and Herzegovina, Bosnia, *Bosnian
Brunei, *Bruneian
Kosovo, *Kosovar
Kyrgyzstan, *Kyrgyz
Laos, *Laotian
Lebanon, *Lebanese
Luxembourg
Malta, *Maltese
Moldova, *Moldovan
Mongolia, *Mongolian
Montenegro, *Montenegrin
Myanmar, Burma, *Burmese
North Macedonia, North Macedonian
Oman, *Omani
Tajikistan, *Tajik
Turkmenistan, *Turkmen
Uzbekistan, *Uzbek
Yemen, *Yemeni
Fiji, *Fijian
Guyana, *Guyanese
Haiti, *Haitian
Papua New Guinea
Suriname, *Surinamese
Trinidad and Tobago, Trinidadian
Georgia, *Georgian, Georgians
Barbados, *Barbadian
Bahamas, *Bahamian
Belize, *Belizean
Benin, *Beninese
Bhutan, *Bhutanese
Burkina Faso, Burkinabe
Cape Verde, Cabo Verde, Cape Verdean
Chad, *Chadian
Comoros, *Comorian
Congo, *Congolese
Djibouti, *Djiboutian
Eritrea, *Eritrean
Eswatini, Swaziland, *Swazi
Gabon, *Gabonese
Gambia, *Gambian
Guinea, *Guinean
Lesotho
Liberia, *Liberian
Liechtenstein
Macau, Macao
Maldives, *Maldivian
Mauritania, *Mauritanian
Mauritius, *Mauritian
Niger, *Nigerien
Samoa, *Samoan
Sierra Leone, Sierra Leonean
Solomon Islands
Tonga, *Tongan
Vanuatu
"""
# Names that are adjectives as they are.
_SAME = frozenset("U.S. US USA U.K. UK EU E.U.".split())


@cache
def _names() -> dict[tuple[str, ...], str]:
    return {
        tuple(_key(word) for word in name.split()): names[0].casefold()
        for names in _lines()
        for name in names
    }


@cache
def _adjectives() -> dict[str, str]:
    """The adjective of each country that has one, by the name that goes with it."""
    pairs: dict[str, str] = {}
    for line in _COUNTRIES.strip().splitlines():
        names = line.split(", ")
        country = next((name for name in names if name.startswith("+")), names[0])
        adjective = next((name for name in names if name.startswith("*")), None)
        if adjective:
            pairs[country.removeprefix("+")] = adjective[1:]
    return pairs


def _lines() -> list[list[str]]:
    return [
        [name.strip().lstrip("*+") for name in line.split(", ")] for line in _COUNTRIES.strip().splitlines()
    ]


def _key(word: str) -> str:
    """In lower case without dots; "US" is not "us", nor "Turkey" what is eaten, for the capitals are kept."""
    plain = word.replace(".", "")
    return plain if plain.isupper() else plain.casefold()


def country_of(words: tuple[str, ...]) -> str | None:
    """The name of the country that words in their usual capitals stand for, None where they are none."""
    return _names().get(tuple(_key(word) for word in words))


@cache
def is_country(name: str) -> bool:
    """Whether it is a country's usual name, as `country_of` gives it."""
    return name in _names().values()


@cache
def names_of_country(country: str) -> tuple[str, ...]:
    """All that stands for a country, as `country_of` gives it."""
    return next((tuple(names) for names in _lines() if names[0].casefold() == country), ())


@cache
def is_name_of_country(word: str) -> bool:
    """Whether a word names a country or what belongs to one, in capitals or not."""
    usual = (names[0] for names in _lines())
    pairs = _adjectives()
    return word in _SAME or word.casefold() in {name.casefold() for name in (*usual, *pairs, *pairs.values())}


def adjective_of(country: str) -> str | None:
    """The adjective of a country: "British" for "Britain", "U.S." for itself; None where it is not known."""
    return country if country in _SAME else _adjectives().get(country)


def country_of_adjective(adjective: str) -> str | None:
    """The country of an adjective: "Britain" for "British"; None where the word is none."""
    return next((country for country, own in _adjectives().items() if own == adjective), None)
