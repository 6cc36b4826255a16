"""Where a trial can be entered: open sites, and how far they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from consilium.trials.countries import runs_in
from consilium.trials.records import Site, Study

EARTH = 6371.0088  # km, mean radius (IUGG)
OPEN_SITES = frozenset({"RECRUITING", "NOT_YET_RECRUITING", None})  # None: as the trial is
ELSEWHERE = {True: 0, None: 1, False: 2}


@dataclass(frozen=True, slots=True)
class Home:
    """Where the patient is, as far as that is known. Degrees are WGS 84."""

    country: str | None = None  # ISO 3166-1 alpha-2
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """The open sites of a trial, seen from the patient."""

    sites: int  # open ones; 0 where the registry's copy names none
    countries: tuple[str, ...]  # of open sites, or those the trial names
    in_country: bool | None  # None: cannot be told
    nearest: Site | None = None
    distance: float | None = None  # km to the nearest, in a straight line

    @property
    def order(self) -> tuple[bool, float, int]:
        """The less, the nearer: by distance where it is known, else by country."""
        return self.distance is None, self.distance or 0.0, ELSEWHERE[self.in_country]


def reach(study: Study, home: Home) -> Reach:
    """Which sites are open, where the nearest is, and whether one is in the patient's country.

    Closed sites do not count. A trial whose copy names no site counts with its countries.
    """
    sites = [site for site in study.sites if site.status in OPEN_SITES]
    named = {site.country for site in sites if site.country} if study.sites else study.countries
    countries = tuple(sorted(named))
    # With sites of which none is open, no country has one: that is an answer.
    here = runs_in(home.country, countries or (("",) if study.sites else ()))
    near = _nearest(sites, home)
    return Reach(len(sites), countries, here, *near)


def _nearest(sites: Iterable[Site], home: Home) -> tuple[Site | None, float | None]:
    if home.latitude is None or home.longitude is None:
        own = [site for site in sites if runs_in(home.country, (site.country,))]
        return min(own, key=lambda s: (s.city, s.facility), default=None), None
    there = [
        (distance((home.latitude, home.longitude), (site.latitude, site.longitude)), site)
        for site in sites
        if site.latitude is not None and site.longitude is not None
    ]
    if not there:
        return None, None
    kilometres, site = min(there, key=lambda pair: (pair[0], pair[1].facility))
    return site, kilometres


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres between two points (latitude, longitude in degrees) on a sphere: haversine."""
    (a, b), (c, d) = (map(radians, point) for point in (one, other))
    half = sin((c - a) / 2) ** 2 + cos(a) * cos(c) * sin((d - b) / 2) ** 2
    return 2 * EARTH * asin(sqrt(half))
