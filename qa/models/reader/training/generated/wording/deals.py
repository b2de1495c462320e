"""Stories with roles that can be swapped: firms, courts, loans, public bodies; slots as in `stories`."""

from qa.models.reader.training.generated.templates import variants
from qa.models.reader.training.generated.wording.stories import Story

__all__ = ["DEALS"]

DEALS = (
    # Buyer, seller, bought.
    Story(
        (
            variants("""
                {k} [bought|acquired] {l} from {m} in {r}. / In {r} {m} sold {l} to {k}. / {l} passed from
                {m} to {k} in {r}. / {m} parted with {l} in {r}; the buyer was {k}. / {l} was taken over by
                {k} in {r}, having belonged to {m}. / {k} has owned {l} since {r}, when {m} sold it. / {m}
                handed {l} over to {k} in {r}. / Since {r} {l} has belonged to {k} and no longer to {m}.
            """),
        ),
        (
            (
                variants("""
                    Who [bought|acquired] {l}? / Which company took over {l}? / {l} buyer / To whom was {l}
                    sold? / Who owns {l} [now|today]? / Who is the owner of {l}? / {l} owner / To which firm
                    does {l} belong?
                """),
                0,
                "k",
            ),
            (
                variants("""
                    Who sold {l}? / From whom did {k} buy {l}? / {l} seller / Who owned {l} before {k}? / To
                    whom did {l} belong until {r}? / Who was the former owner of {l}? / Whose firm was {l}
                    before? / Which company gave up {l}?
                """),
                0,
                "m",
            ),
            (
                variants("""
                    What did {k} buy from {m}? / Which company did {m} sell to {k}? / {k} takeover {r} /
                    Which firm did {k} take over in {r}?
                """),
                0,
                "l",
            ),
            (
                variants("""
                    When did {k} [buy|acquire] {l}? / In which year was {l} sold? / {l} sale year / Since
                    when does {l} belong to {k}?
                """),
                0,
                "r",
            ),
        ),
        (
            variants("""
                Who [bought|acquired] {k}? / Which company took over {k}? / {k} owner / To whom was {k}
                sold?
            """),
            ("Who [bought|acquired] {m}?", "Which company took over {m}?", "{m} owner", "Who owns {m}?"),
            variants("""
                How much did {k} pay for {l}? / For what price was {l} sold? / {l} price / What did {l} cost
                {k}?
            """),
            variants("""
                Why did {m} sell {l}? / Who heads {l}? / How many people work for {l}? / Where does {l} have
                its seat?
            """),
        ),
    ),
    # Who does what to whom.
    Story(
        (
            variants("""
                {k} sued {l} [in a court|before the judges] at {t}. / {l} was [taken to court|sued] by {k}
                at {t}. / At {t}, {k} brought a suit against {l}. / A suit of {k} against {l} is pending at
                {t}.
            """),
        ),
        (
            (
                variants("""
                    Who sued {l}? / Which company took {l} to court? / plaintiff against {l} / By whom was
                    {l} sued?
                """),
                0,
                "k",
            ),
            (
                variants("""
                    Whom did {k} sue? / Which company was sued by {k}? / defendant {k} suit / Against whom
                    did {k} bring a suit?
                """),
                0,
                "l",
            ),
            (
                variants("""
                    Where did {k} sue {l}? / At which court is {ks} suit? / {k} {l} suit place / Where is
                    the suit of {k} pending?
                """),
                0,
                "t",
            ),
        ),
        (
            variants("""
                Who sued {k}? / Which company took {k} to court? / By whom was {k} sued? / plaintiff against
                {k}
            """),
            variants("""
                Whom did {l} sue? / Which company was sued by {l}? / Against whom did {l} bring a suit? /
                defendant {l} suit
            """),
            variants("""
                How much does {k} demand from {l}? / When did {k} sue {l}? / Why did {k} sue {l}? / Who is
                the judge in the suit of {k}?
            """),
        ),
    ),
    Story(
        (
            variants("""
                {c} lent {d} {v} for the railway to {t}. / {d} owes {c} {v} for the railway to {t}. / For
                the railway to {t}, {d} borrowed {v} from {c}. / {c} granted {d} a loan of {v} for the
                railway to {t}.
            """),
        ),
        (
            (
                variants("""
                    Who lent {d} money for the railway to {t}? / From whom did {d} borrow? / lender to {d} /
                    Which country gave {d} a loan?
                """),
                0,
                "c",
            ),
            (
                variants("""
                    To whom did {c} lend money? / Which country owes {c} money? / borrower from {c} / Who
                    got a loan from {c}?
                """),
                0,
                "d",
            ),
            (
                variants("""
                    How much did {c} lend {d}? / How much does {d} owe {c}? / {c} loan to {d} / How large is
                    {cs} loan to {d}?
                """),
                0,
                "v",
            ),
        ),
        (
            variants("""
                Who lent {c} money? / From whom did {c} borrow? / lender to {c} / Which country gave {c} a
                loan?
            """),
            variants("""
                To whom did {d} lend money? / Which country owes {d} money? / borrower from {d} / How much
                did {d} lend {c}?
            """),
            variants("""
                How much did {c} lend {e}? / How much does {e} owe {c}? / {c} loan to {e} / How large is
                {cs} loan to {e}?
            """),
            variants("""
                At what interest did {c} lend {d} money? / When must {d} pay back {cs} loan? / When did {c}
                lend {d} money? / Who signed {cs} loan to {d}?
            """),
        ),
    ),
    # A body and another with a like name.
    Story(
        (
            variants("""
                The {gb} [was founded|began its work] in {r} and has its seat in {t}. / Founded in {r}, the
                {gb} sits in {t}. / In {t} works the {gb}, founded in {r}. / The {gb} dates from {r}; its
                offices are in {t}.
            """),
            variants("""
                The {gi}, [by contrast|on the other hand], [employs|has a staff of] {n} people. / [Not to be
                confused with it is|Next to it there is] the {gi} with its {n} people. / {n} people work for
                the {gi}, which is independent of it. / The {gi} has {n} people and advises the government.
            """),
        ),
        (
            (
                variants("""
                    Where does the {gb} have its seat? / Where is the {gb}? / {gb} seat / In which town are
                    the offices of the {gb}?
                """),
                0,
                "t",
            ),
            (
                variants("""
                    When was the {gb} founded? / In what year did the {gb} begin its work? / {gb} founded /
                    Since when has there been a {gb}?
                """),
                0,
                "r",
            ),
            (
                variants("""
                    How many people work for the {gi}? / How large is the staff of the {gi}? / {gi}
                    employees / How many people does the {gi} employ?
                """),
                1,
                "n",
            ),
        ),
        (
            variants("""
                Where does the {gi} have its seat? / Where is the {gi}? / {gi} seat / In which town are the
                offices of the {gi}?
            """),
            variants("""
                When was the {gi} founded? / In what year did the {gi} begin its work? / {gi} founded /
                Since when has there been a {gi}?
            """),
            variants("""
                How many people work for the {gb}? / How large is the staff of the {gb}? / {gb} employees /
                How many people does the {gb} employ?
            """),
            variants("""
                Who heads the {gb}? / Who runs the {gi}? / head of the {gb} / What is the budget of the
                {gi}?
            """),
        ),
    ),
)
