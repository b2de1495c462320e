"""Lists that look alike, how they are said and how they are asked for."""

from dataclasses import dataclass

from qa.models.reader.training.generated.templates import variants

__all__ = ["FAMILIES"]


@dataclass(frozen=True, slots=True)
class Role:
    """A list about a subject {s}: sentences with {m} for the members, its name in a lead, questions."""

    sentences: tuple[str, ...]
    lead: str
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """Roles that are easily confused; `members` is what they list, `subject` what {s} is."""

    subject: str
    members: str
    roles: tuple[Role, ...]


FAMILIES = (
    Family(
        "agreement",
        "country",
        (
            Role(
                variants("""
                    The members of the {s} are {m}. / {m} [belong to|make up] the {s}. / [As of today|At
                    present] the {s} has [these|the following] members: {m}. / To the {s} belong {m}.
                """),
                "members of the {s}",
                variants("""
                    Which countries are members of the {s}? / Who belongs to the {s}? / members of the {s} /
                    Name the countries that belong to the {s}. / What are the {s} member states? / Which
                    countries make up the {s}? / {s} member list / Who is in the {s}?
                """),
            ),
            Role(
                variants("""
                    {m} [have applied|wish] to join the {s}. / The applicants to the {s} are {m}. / [Waiting
                    for admission to|Candidates for] the {s} are {m}. / Requests to enter the {s} have come
                    from {m}.
                """),
                "applicants to the {s}",
                variants("""
                    Which countries have applied to join the {s}? / Who wants to join the {s}? / applicants
                    to the {s} / Which countries are waiting to be admitted to the {s}? / Name the
                    candidates for the {s}. / Who asked to enter the {s}? / {s} candidate countries / Which
                    countries seek admission to the {s}?
                """),
            ),
            Role(
                variants("""
                    Observers in the {s} are {m}. / {m} [sit in|attend] the {s} as observers. / {m} take
                    part in the {s} as observers, without a vote. / The {s} has as its observers {m}.
                """),
                "observers in the {s}",
                variants("""
                    Which countries are observers in the {s}? / Who has observer status in the {s}? /
                    observers of the {s} / Which countries only watch in the {s}, without a vote? / Name the
                    {s} observers. / Who attends the {s} as an observer? / {s} observer countries / Which
                    states sit in the {s} as observers?
                """),
            ),
            Role(
                variants("""
                    {m} have left the {s}. / [No longer in|Withdrawn from] the {s} are {m}. / {m}
                    [quit|withdrew from] the {s}. / Former members of the {s} are {m}.
                """),
                "former members of the {s}",
                variants("""
                    Which countries have left the {s}? / Who withdrew from the {s}? / former members of the
                    {s} / Which countries used to belong to the {s}? / Who quit the {s}? / Name the
                    countries that are no longer in the {s}. / {s} former member countries / Which states
                    pulled out of the {s}?
                """),
            ),
        ),
    ),
    Family(
        "measure",
        "product",
        (
            Role(
                variants("""
                    The {s} [applies to|covers] {m}. / [Covered by|Subject to] the {s} are {m}. / {m}
                    [come|fall] under the {s}. / Within the scope of the {s} are {m}.
                """),
                "goods covered by the {s}",
                variants("""
                    Which products does the {s} cover? / What falls under the {s}? / What goods does the {s}
                    apply to? / goods covered by the {s} / Which goods are hit by the {s}? / What is within
                    the scope of the {s}? / {s} scope / Which products are subject to the {s}?
                """),
            ),
            Role(
                variants("""
                    {m} are [exempt from|left out of] the {s}. / The {s} leaves out {m}. / [Not covered
                    by|Free of] the {s} are {m}. / Exceptions from the {s} are made for {m}.
                """),
                "goods exempt from the {s}",
                variants("""
                    Which products are exempt from the {s}? / What does the {s} leave out? / exemptions from
                    the {s} / Which goods are not covered by the {s}? / For which goods does the {s} not
                    have to be paid? / What is free of the {s}? / {s} exceptions / Which goods escape the
                    {s}?
                """),
            ),
            Role(
                variants("""
                    {m} will be added to the {s} [later|next year]. / The {s} is to be widened to {m}. /
                    Under study for the {s} are {m}. / An extension of the {s} to {m} is planned.
                """),
                "goods to be added to the {s}",
                variants("""
                    Which products will be added to the {s}? / To which goods will the {s} be extended? /
                    goods to be added to the {s} / Which goods is it planned to bring under the {s}? / What
                    will come under the {s} later? / Which products are under study for the {s}? / {s}
                    planned additions / To what is the {s} to be widened?
                """),
            ),
            Role(
                variants("""
                    {m} have been [removed|struck] from the {s}. / The {s} no longer [applies to|covers]
                    {m}. / [Dropped|Taken out] of the {s} were {m}. / For {m} the {s} has been lifted.
                """),
                "goods removed from the {s}",
                variants("""
                    Which products were removed from the {s}? / What does the {s} no longer cover? / goods
                    struck from the {s} / For which goods was the {s} lifted? / What was taken out of the
                    {s}? / Which products used to be under the {s}? / {s} removals / What was dropped from
                    the {s}?
                """),
            ),
        ),
    ),
    Family(
        "tariff list",
        "code",
        (
            Role(
                variants("""
                    Codes {m} were added to the {s}. / New on the {s} are codes {m}. / The {s} now
                    [includes|also lists] codes {m}. / Codes {m} [join|enter] the {s}.
                """),
                "codes added to the {s}",
                variants("""
                    Which codes were added to the {s}? / What codes are new on the {s}? / codes added to the
                    {s} / Which tariff codes were put on the {s}? / Name the codes that entered the {s}. /
                    Which headings joined the {s}? / {s} additions / What was newly put on the {s}?
                """),
            ),
            Role(
                variants("""
                    Codes {m} were [deleted|removed] from the {s}. / No longer on the {s} are codes {m}. /
                    Codes {m} [leave|were struck off] the {s}. / The {s} lost codes {m}.
                """),
                "codes deleted from the {s}",
                variants("""
                    Which codes were removed from the {s}? / What codes are no longer on the {s}? / codes
                    deleted from the {s} / Which tariff codes were struck off the {s}? / Name the codes that
                    were taken off the {s}. / Which headings left the {s}? / {s} deletions / What was
                    dropped from the {s}?
                """),
            ),
            Role(
                variants("""
                    Codes {m} of the {s} got a new description. / On the {s} the wording of codes {m}
                    changed. / Reworded on the {s} were codes {m}. / The {s} describes codes {m} in other
                    words than before.
                """),
                "codes reworded on the {s}",
                variants("""
                    Which codes on the {s} were reworded? / Which codes of the {s} have a new description? /
                    reworded codes {s} / For which codes of the {s} did the text change? / Which headings of
                    the {s} are described anew? / What wording on the {s} changed? / {s} new descriptions /
                    Which {s} entries were rewritten?
                """),
            ),
        ),
    ),
    Family(
        "plan",
        "town",
        (
            Role(
                variants("""
                    Under the {s}, the border posts at {m} will [open at night|be opened]. / The {s} opens
                    the border posts at {m}. / The {s} provides for new border posts at {m}. / New border
                    posts come to {m}, says the {s}.
                """),
                "border posts to open under the {s}",
                variants("""
                    Which border posts will open under the {s}? / Where does the {s} open border posts? /
                    border posts to be opened under the {s} / At which places are new border posts in the
                    {s}? / Which crossings does the {s} open? / Name the places that get a border post under
                    the {s}. / {s} openings / Where will there be new border posts under the {s}?
                """),
            ),
            Role(
                variants("""
                    Under the {s}, the border posts at {m} will be [closed|shut]. / The {s} closes the
                    border posts at {m}. / The {s} gives up the border posts at {m}. / Nobody will clear
                    goods at {m} any more, says the {s}.
                """),
                "border posts to close under the {s}",
                variants("""
                    Which border posts will close under the {s}? / Where does the {s} shut border posts? /
                    border posts to be closed under the {s} / Which crossings does the {s} give up? / At
                    which places does the {s} end customs clearance? / Name the places that lose their
                    border post under the {s}. / {s} closures / Which border posts disappear under the {s}?
                """),
            ),
            Role(
                variants("""
                    Under the {s}, {m} get [scanners|new scales]. / The {s} buys scanners for {m}. /
                    Scanners for {m} are part of the {s}. / The {s} equips {m} with scanners.
                """),
                "places that get scanners under the {s}",
                variants("""
                    Which places get scanners under the {s}? / Where will scanners be installed under the
                    {s}? / scanners under the {s} / For which border posts does the {s} buy scanners? /
                    Which posts does the {s} equip? / Name the places that get new equipment under the {s}.
                    / {s} scanners / Where do scanners go under the {s}?
                """),
            ),
        ),
    ),
    Family(
        "tender",
        "company",
        (
            Role(
                variants("""
                    {m} [won|got] lots in the {s}. / The [winners|successful bidders] of the {s} are {m}. /
                    In the {s} the lots went to {m}. / Contracts from the {s} were given to {m}.
                """),
                "winners of the {s}",
                variants("""
                    Which companies won the {s}? / Who got contracts in the {s}? / winners of the {s} /
                    Which bidders were successful in the {s}? / To whom did the lots of the {s} go? / Name
                    the firms that won in the {s}. / {s} winners / Which firms were chosen in the {s}?
                """),
            ),
            Role(
                variants("""
                    {m} [lost|came away empty-handed] in the {s}. / Unsuccessful in the {s} were {m}. / The
                    bids of {m} in the {s} failed. / In the {s} nothing was left for {m}.
                """),
                "unsuccessful bidders in the {s}",
                variants("""
                    Which companies lost in the {s}? / Who came away empty-handed in the {s}? / unsuccessful
                    bidders {s} / Whose bids failed in the {s}? / Which bidders got nothing in the {s}? /
                    Name the firms that lost in the {s}. / {s} losers / Which firms failed in the {s}?
                """),
            ),
            Role(
                variants("""
                    {m} were [excluded|barred] from the {s}. / The {s} was closed to {m}. / Shut out of the
                    {s} were {m}. / {m} were not allowed to bid in the {s}.
                """),
                "firms excluded from the {s}",
                variants("""
                    Which companies were excluded from the {s}? / Who was barred from the {s}? / excluded
                    from the {s} / Which firms could not bid in the {s}? / To whom was the {s} closed? /
                    Name the firms that were shut out of the {s}. / {s} exclusions / Which firms were kept
                    out of the {s}?
                """),
            ),
        ),
    ),
)
