"""Facts that a passage affirms or denies, and the questions about them."""

from dataclasses import dataclass

from qa.models.reader.training.generated.templates import variants

__all__ = ["PREMISES"]


@dataclass(frozen=True, slots=True)
class Premise:
    """One fact: how it is affirmed, with {x} as its circumstance, how it is denied, and what asks for it.

    `takes_for_granted` asks for {x}, so only the affirmed fact answers it; `unanswered` asks for what neither
    gives. `x` says what World draws for {x}.
    """

    x: str
    affirmed: tuple[str, ...]
    denied: tuple[str, ...]
    whether: tuple[str, ...]
    takes_for_granted: tuple[str, ...]
    unanswered: tuple[str, ...]


PREMISES = (
    Premise(
        "day",
        ("The {th} for {p} [has been|was] extended until {x}.", "{c} extended the {th} for {p} to {x}."),
        variants("""
            The {th} for {p} has not been extended. / {c} [refused to extend|did not extend] the {th} for
            {p}. / An extension of the {th} for {p} [was turned down|is out of the question].
        """),
        variants("""
            Has {c} extended the {th} for {p}? / Was the {th} for {p} extended? / Did {c} prolong the {th}
            for {p}?
        """),
        variants("""
            Until when was the {th} for {p} extended? / To what date did {c} extend the {th} for {p}? / new
            end date of the {th} for {p}
        """),
        ("Why did {c} extend the {th} for {p}?", "Who proposed to extend the {th} for {p}?"),
    ),
    Premise(
        "day",
        ("{c} ratified the {a} on {x}.", "The {a} was ratified by {cs} parliament on {x}."),
        variants("""
            {c} has not [yet|] ratified the {a}. / {cs} parliament [threw out|rejected] the {a}. / The {a}
            still awaits ratification in {c}.
        """),
        ("Has {c} ratified the {a}?", "Did {cs} parliament approve the {a}?", "Is the {a} ratified in {c}?"),
        variants("""
            When did {c} ratify the {a}? / On what day did {cs} parliament approve the {a}? / date {c}
            ratified {a}
        """),
        ("By what majority did {c} ratify the {a}?", "Why did {c} ratify the {a}?"),
    ),
    Premise(
        "money",
        variants("""
            The terminal at {town} was sold to {company} for {x}. / {company} bought the terminal at {town}
            for {x}.
        """),
        variants("""
            The terminal at {town} was leased to {company}, not sold. / {company} does not own the terminal
            at {town} but rents it. / [Nobody|No one] bought the terminal at {town}; {company} only runs it.
        """),
        variants("""
            Was the terminal at {town} sold? / Did {company} buy the terminal at {town}? / Does {company}
            own the terminal at {town}?
        """),
        variants("""
            How much did {company} pay to buy the terminal at {town}? / For what price was the terminal at
            {town} sold? / sale price of the {town} terminal
        """),
        variants("""
            When was the terminal at {town} sold? / Who advised {company} when it bought the terminal at
            {town}?
        """),
    ),
    Premise(
        "country",
        ("In the case on {p} the panel ruled for {x}.", "The panel on {p} found in favour of {x}."),
        variants("""
            The case on {p} was settled without a ruling. / The panel on {p} never [ruled|gave a ruling]. /
            Before the panel on {p} could rule, the parties came to terms.
        """),
        variants("""
            Did the panel on {p} rule? / Was there a ruling in the case on {p}? / Has the panel on {p} given
            a ruling?
        """),
        variants("""
            Which side did the panel on {p} rule for? / Who won the case on {p}? / In whose favour was the
            ruling on {p}?
        """),
        ("How many members did the panel on {p} have?", "Who wrote the ruling of the panel on {p}?"),
    ),
    Premise(
        "company",
        variants("""
            The concession of {company} at {town} was withdrawn and given to {x}. / {x} took over at {town}
            after the concession of {company} was withdrawn.
        """),
        variants("""
            The concession of {company} at {town} has not been withdrawn. / {company} keeps its concession
            at {town}. / [Reports|Rumours] that {company} lost the concession at {town} are wrong.
        """),
        variants("""
            Was the concession of {company} at {town} withdrawn? / Did {company} lose its concession at
            {town}? / Does {company} still have the concession at {town}?
        """),
        variants("""
            Which company took over at {town} after {company} lost the concession? / Who got the concession
            of {company} at {town}? / successor of {company} at {town}
        """),
        variants("""
            Why was the concession of {company} at {town} withdrawn? / When was the concession of {company}
            at {town} withdrawn?
        """),
    ),
    Premise(
        "person",
        variants("""
            {person} was replaced by {x} as head of the {agency}. / At the head of the {agency}, {x} has
            replaced {person}.
        """),
        variants("""
            {person} remains head of the {agency}. / {person} stays on as head of the {agency}. / {person}
            did not resign and still heads the {agency}.
        """),
        variants("""
            Was {person} replaced as head of the {agency}? / Is {person} still head of the {agency}? / Did
            {person} have to leave the {agency}?
        """),
        variants("""
            Who replaced {person} as head of the {agency}? / Who followed {person} at the {agency}? /
            successor of {person} {agency}
        """),
        ("Why was {person} replaced at the {agency}?", "How long had {person} been head of the {agency}?"),
    ),
    Premise(
        "percent",
        ("Imports of {p} pay {x} in {c}.", "{c} levies a duty of {x} on {p}."),
        variants("""
            {c} levies no duty on {p}. / Imports of {p} enter {c} free of duty. / No tariff applies to {p}
            in {c}.
        """),
        variants("""
            Does {c} tax imports of {p}? / Is there a duty on {p} in {c}? / Do imports of {p} pay duty in
            {c}?
        """),
        ("At what rate does {c} tax {p}?", "What duty is paid on {p} in {c}?", "{c} duty rate {p}"),
        ("Since when does {c} tax {p}?", "Why does {c} levy a duty on {p}?"),
    ),
    Premise(
        "day",
        ("The pipeline to {town} went back into service on {x}.", "Since {x} gas flows to {town} again."),
        variants("""
            The pipeline to {town} has not been repaired. / No gas flows through the pipeline to {town} any
            more. / The pipeline to {town} is still out of service.
        """),
        variants("""
            Is the pipeline to {town} working again? / Has the pipeline to {town} been put back into
            service? / Does gas flow to {town} again?
        """),
        variants("""
            When was the pipeline to {town} put back into service? / Since when does gas flow to {town}
            again? / restart date of the {town} pipeline
        """),
        ("Who repaired the pipeline to {town}?", "What did the repair of the pipeline to {town} cost?"),
    ),
    Premise(
        "day",
        ("{c} lifted its ban on {p} on {x}.", "The {ca} ban on {p} was lifted on {x}."),
        variants("""
            {c} has not lifted its ban on {p}. / The {ca} ban on {p} [stays|remains] in force. / {c} never
            banned {p}, whatever was reported.
        """),
        ("Has {c} lifted its ban on {p}?", "Is the {ca} ban on {p} over?", "Did {c} end the ban on {p}?"),
        variants("""
            When did {c} lift its ban on {p}? / On what date was the {ca} ban on {p} lifted? / {c} {p} ban
            lifted date
        """),
        ("Why did {c} lift its ban on {p}?", "Who in {c} asked to lift the ban on {p}?"),
    ),
    Premise(
        "year",
        ("{c} has been a full member of the {a} since {x}.", "{c} joined the {a} in {x}."),
        variants("""
            {c} is only an observer in the {a}. / {c} does not belong to the {a}. / {c} has [never
            joined|stayed out of] the {a}.
        """),
        ("Is {c} a member of the {a}?", "Does {c} belong to the {a}?", "Has {c} joined the {a}?"),
        variants("""
            When did {c} join the {a}? / Since what year has {c} been a member of the {a}? / {c} accession
            {a} year
        """),
        ("Why did {c} join the {a}?", "What does {c} pay to the {a} a year?"),
    ),
    Premise(
        "percent",
        variants("""
            The inquiry into {ca} {p} found a dumping margin of {x}. / Shipments of {ca} {p} were dumped
            with a margin of {x}, the {agency} found.
        """),
        variants("""
            The inquiry into {ca} {p} found no dumping. / Shipments of {ca} {p} were not dumped, the
            {agency} concluded. / The {agency} closed its inquiry into {ca} {p} for want of evidence.
        """),
        variants("""
            Were exports of {ca} {p} dumped? / Did the inquiry into {ca} {p} find dumping? / Did the
            {agency} find that shipments of {ca} {p} were dumped?
        """),
        variants("""
            What dumping margin did the inquiry into {ca} {p} find? / How large was the dumping margin of
            {ca} {p}? / dumping margin {ca} {p}
        """),
        ("How long did the inquiry into {ca} {p} last?", "Who asked for the inquiry into {ca} {p}?"),
    ),
    Premise(
        "day",
        variants("""
            The talks between {c} and {d} [will resume|are to resume] on {x}. / {c} and {d} go back to the
            table on {x}.
        """),
        variants("""
            {c} and {d} broke off their talks without naming a new date. / The talks between {c} and {d}
            will not be taken up again. / {c} and {d} have no plans to talk again.
        """),
        variants("""
            Will {c} and {d} resume their talks? / Do {c} and {d} go on negotiating? / Are the talks between
            {c} and {d} to go on?
        """),
        variants("""
            When will the talks between {c} and {d} resume? / On what day do {c} and {d} meet again? / next
            round of talks {c} {d} date
        """),
        ("Who leads the talks for {c} with {d}?", "Where will {c} and {d} resume their talks?"),
    ),
    Premise(
        "money",
        variants("""
            {company} will build a plant at {town} for {x}. / {company} puts {x} into its new plant at
            {town}.
        """),
        variants("""
            {company} has dropped its plan for a plant at {town}. / {company} will not build at {town}. /
            There will be no plant of {company} at {town}.
        """),
        variants("""
            Will {company} build a plant at {town}? / Does {company} still plan a plant at {town}? / Is
            {company} going to build at {town}?
        """),
        variants("""
            How much does {company} invest in its plant at {town}? / What will the plant of {company} at
            {town} cost? / investment {company} {town} plant
        """),
        variants("""
            How many people will work at the plant of {company} at {town}? / When will the plant of
            {company} at {town} open?
        """),
    ),
    Premise(
        "number",
        variants("""
            The arbitrators of the {a} have decided {x} cases. / So far {x} cases were decided under the
            {a}.
        """),
        variants("""
            The {a} has no arbitrators [of its own|]. / No case was ever decided under the {a}. / Under the
            {a} there is no way to bring a case.
        """),
        variants("""
            Have cases been decided under the {a}? / Does the {a} have arbitrators? / Can cases be brought
            under the {a}?
        """),
        variants("""
            How many cases have been decided under the {a}? / What number of cases did the arbitrators of
            the {a} decide? / {a} number of decided cases
        """),
        ("Who chairs the arbitrators of the {a}?", "How long does a case take under the {a}?"),
    ),
    Premise(
        "agency",
        ("Shipments of {ca} {p} are certified by the {x}.", "The {x} certifies {ca} {p}."),
        variants("""
            Shipments of {ca} {p} are not certified by anybody. / There is no certificate for {ca} {p}. / No
            body certifies {p} from {c}.
        """),
        variants("""
            Are exports of {ca} {p} certified? / Is there a certificate for {p} from {c}? / Does anybody
            certify {ca} {p}?
        """),
        ("Who certifies {ca} {p}?", "Which body certifies {p} from {c}?", "certifier of {ca} {p}"),
        ("What does a certificate for {ca} {p} cost?", "Since when are shipments of {ca} {p} certified?"),
    ),
    Premise(
        "percent",
        variants("""
            {cs} parliament [raised|increased] the levy on {p} to {x}. / The levy on {p} was raised to {x}
            by {cs} parliament.
        """),
        variants("""
            {cs} parliament did not raise the levy on {p}. / The bill to raise {cs} levy on {p} failed. /
            {c} leaves the levy on {p} as it is.
        """),
        variants("""
            Did {c} raise the levy on {p}? / Was {cs} levy on {p} increased? / Has {cs} parliament put up
            the levy on {p}?
        """),
        variants("""
            To what level did {c} raise the levy on {p}? / How high is {cs} levy on {p} after it was raised?
            / {c} {p} levy raised to
        """),
        ("Why did {c} raise the levy on {p}?", "Who in {c} voted to raise the levy on {p}?"),
    ),
)
