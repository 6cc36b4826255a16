"""Countries as the clinical table writes them (ISO 3166-1 alpha-2) and as registries do."""

NAMES = {
    "AE": ("United Arab Emirates",),
    "AR": ("Argentina",),
    "AT": ("Austria",),
    "AU": ("Australia",),
    "BE": ("Belgium",),
    "BG": ("Bulgaria",),
    "BR": ("Brazil",),
    "CA": ("Canada",),
    "CH": ("Switzerland",),
    "CL": ("Chile",),
    "CN": ("China",),
    "CO": ("Colombia",),
    "CY": ("Cyprus",),
    "CZ": ("Czechia", "Czech Republic"),
    "DE": ("Germany",),
    "DK": ("Denmark",),
    "EE": ("Estonia",),
    "EG": ("Egypt",),
    "ES": ("Spain",),
    "FI": ("Finland",),
    "FR": ("France",),
    "GB": ("United Kingdom",),
    "GE": ("Georgia",),
    "GR": ("Greece",),
    "HK": ("Hong Kong",),
    "HR": ("Croatia",),
    "HU": ("Hungary",),
    "IE": ("Ireland",),
    "IL": ("Israel",),
    "IN": ("India",),
    "IS": ("Iceland",),
    "IT": ("Italy",),
    "JP": ("Japan",),
    "KR": ("South Korea", "Korea, Republic of"),
    "LT": ("Lithuania",),
    "LU": ("Luxembourg",),
    "LV": ("Latvia",),
    "MD": ("Moldova", "Moldova, Republic of"),
    "MT": ("Malta",),
    "MX": ("Mexico",),
    "MY": ("Malaysia",),
    "NL": ("Netherlands",),
    "NO": ("Norway",),
    "NZ": ("New Zealand",),
    "PE": ("Peru",),
    "PH": ("Philippines",),
    "PL": ("Poland",),
    "PR": ("Puerto Rico",),
    "PT": ("Portugal",),
    "RO": ("Romania",),
    "RS": ("Serbia",),
    "RU": ("Russia", "Russian Federation"),
    "SE": ("Sweden",),
    "SG": ("Singapore",),
    "SI": ("Slovenia",),
    "SK": ("Slovakia",),
    "TH": ("Thailand",),
    "TR": ("Turkey (Türkiye)", "Turkey", "Türkiye"),
    "TW": ("Taiwan",),
    "UA": ("Ukraine",),
    "US": ("United States",),
    "VN": ("Vietnam",),
    "ZA": ("South Africa",),
}


def runs_in(country: str | None, names: tuple[str, ...]) -> bool | None:
    """Whether a trial runs in a country (alpha-2); None where that cannot be told.

    It cannot without a country, with one that is not in the table, or if the registry names none.
    """
    wanted = NAMES.get((country or "").upper())
    if not wanted or not names:
        return None
    return any(name in wanted for name in names)
