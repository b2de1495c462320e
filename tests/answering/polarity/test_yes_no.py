"""Yes, no, or not decided."""

import pytest

from qa.answering.polarity.yes_no import decide_yes_no


@pytest.mark.parametrize(
    ("question", "sentence", "context", "verdict"),
    [
        (
            "Does the fee apply to raw wool?",
            "Raw wool remains outside the measure.",
            ["The fee on wool"],
            "no",
        ),
        ("Does the fee apply to raw wool?", "The fee applies to raw wool and to yarn.", [], "yes"),
        # What is asked is whether it was done, and that stands elsewhere.
        (
            "Was the tax on tin exports ever collected?",
            "The ministry announced a tax on tin exports for April.",
            ["It ended before anything had been collected."],
            None,
        ),
        (
            "Will the tin quota survive the end of the fee?",
            "The tin quota is kept.",
            ["The fee ends."],
            "yes",
        ),
        ("Does spun yarn pay the wool levy?", "Spun yarn is free of duty.", ["The wool levy"], "no"),
        ("Does spun yarn pay the wool levy?", "Spun yarn pays nothing.", ["The wool levy"], "no"),
        ("Is oat flour dutiable in Ostia?", "Oat flour stays free of duty.", ["Duties in Ostia"], "no"),
        ("Is plywood subject to the quota?", "Plywood is not part of the quota.", [], "no"),
        ("Is Calder still exempt from the fee?", "Calder and Dorn lose their exemption.", ["The fee"], "no"),
        ("Is Calder still exempt from the fee?", "Calder is exempt from the fee.", [], "yes"),
        ("Is Dorn still in BOLTA?", "Dorn left in 2014 over fish.", ["BOLTA and its members"], "no"),
        ("Are pots still the only gear allowed for crab?", "Pots are still the only gear.", ["Crab"], "yes"),
        (
            "Do the smallest mills still pay half the fee?",
            "The fee is 400 florins; the smallest mills go on paying half.",
            [],
            "yes",
        ),
        ("Does Dorn still ban maize from Ostia?", "The ban on maize from Ostia remains.", ["Dorn"], "yes"),
        ("Does Dorn still ban maize from Ostia?", "Maize from Ostia is still sold in Dorn.", [], None),
        (
            "Is there still a ferry from Calder to Lund?",
            "The Lund ferry made its last crossing in 2021.",
            ["Calder"],
            "no",
        ),
        ("Is tea still taxed in Ostia?", "Tea is no longer taxed.", ["Ostia"], "no"),
        ("Is tea still taxed in Ostia?", "Tea will no longer be taxed if it passes.", ["Ostia"], None),
        ("Is tea still taxed in Ostia?", "Coffee is still taxed.", ["Ostia"], None),
        ("Is tea still taxed in Dorn?", "Tea is no longer taxed.", ["Ostia"], None),
        ("Did Lund announce a ban?", "He did not announce a ban.", ["Minister Lund spoke."], "no"),
        ("Did Lund announce a ban?", "Lund announced a ban on Monday.", [], "yes"),
        ("Is there a price floor for broken rice?", "Broken rice has none.", ["The price floor"], "no"),
        (
            "Can a BOLTA member get out of a limit?",
            "Then the limit does not bind a member.",
            ["BOLTA"],
            "yes",
        ),
        ("Have Ostia and Dorn gone back to talks?", "Ostia and Dorn have not resumed talks.", [], "no"),
        ("Did Ostia ban exports of rice?", "Ostia allowed exports of rice.", [], "no"),
        ("Did Ostia ban exports of rice?", "Ostia prohibited exports of rice in May.", [], "yes"),
        ("Did Ostia raise the duty?", "Ostia cut the duty in May.", [], "no"),
        ("Did Ostia raise the duty?", "Ostia increased the duty in May.", [], "yes"),
        ("Did Ostia ratify the pact?", "Ostia refused to ratify the pact.", [], "no"),
        ("Did Ostia ratify the pact?", "Ostia has yet to ratify the pact.", [], "no"),
        ("Did Ostia ratify the pact?", "Ostia may ratify the pact.", [], None),
        ("Did Ostia ratify the pact?", "Ostia is thinking about ratifying the pact.", [], None),
        ("Did Ostia ratify the pact?", "Ostia proposed to ratify the pact.", [], None),
        ("Did Ostia ratify the pact?", "Calder ratified the pact.", [], None),
        ("Did Ostia ratify the pact?", "Calder did not ratify the pact.", [], None),
        ("Did Ostia ratify the pact in 2019?", "Ostia ratified the pact in 2021.", [], None),
        ("Did Ostia join the pact?", "Ostia is only an observer to the pact.", [], None),
        ("Does Ostia tax turbines?", "Calder exports turbines.", ["Ostia and Calder"], None),
        ("Is Ostia's timber certified?", "Ostia's timber goes to Calder.", [], None),
        ("Is the duty 25 percent?", "The duty is 15 percent.", [], "no"),
        ("Is the duty 15 percent?", "The duty is 15 percent.", [], "yes"),
        ("Is the duty above 10 percent?", "The duty is 15 percent.", [], "yes"),
        ("Is the duty below 10 percent?", "The duty is 15 percent.", [], "no"),
        ("Is the duty 25 percent?", "The fee on mail is 15 percent.", [], None),
        ("Is the duty 25 percent?", "The duty may be 15 percent.", [], None),
        ("Is the railway private?", "The railway is state-owned.", [], "no"),
        ("Did the council approve the merger?", "The merger was turned down by the council.", [], "no"),
        ("Did the council approve the merger?", "The council gave its approval to the merger.", [], "yes"),
        ("Are there any limits on yarn?", "There are no limits on yarn.", [], "no"),
        ("Is it allowed to export raw timber?", "The export of raw timber is banned.", [], "no"),
        ("Has Ostia withdrawn from the treaty?", "Ostia remains a party to the treaty.", [], "no"),
        ("Will the duty be extended?", "Lund has ruled out a second extension of the duty.", [], "no"),
        ("Does Farr support the merger?", "Farr is against the merger.", [], "no"),
        ("Is the terminal in operation?", "The terminal has not been in operation since May.", [], "no"),
        ("Is the levy still in force?", "The levy lapsed in 2022.", [], "no"),
        ("Is the works at Drell profitable?", "The works at Drell is unprofitable.", [], "no"),
        ("Do growers need a licence?", "Growers no longer need a licence.", [], "no"),
        ("Does the pact cover services?", "Services were left out of the pact.", [], "no"),
        ("Does the pact cover services?", "The pact covers goods only.", [], None),
        ("Is Dorn a member of BOLTA?", "Dorn has applied for membership of BOLTA.", [], None),
        ("Does Ostia export steel to Dorn?", "Ostia imports steel from Dorn.", [], None),
        ("Did Ostia and Dorn sign the accord?", "Ostia signed the accord, but Dorn did not.", [], None),
        ("Did the council approve the yard?", "The council gave the go-ahead to the yard.", [], "yes"),
        ("Does rye pay a duty?", "Rye comes in free of charge.", [], "no"),
        ("Did Lund resign?", "Lund said he would not resign.", [], None),
        ("Isn't the duty 15 percent?", "The duty is 15 percent.", [], None),
        ("Who pays the duty?", "Ostia pays the duty.", [], None),
    ],
)
def test_decides_only_what_the_sentence_decides(
    question: str, sentence: str, context: list[str], verdict: str | None
) -> None:
    decided = decide_yes_no(question, sentence, context)
    assert (decided.verdict if decided else None) == verdict


def test_points_at_the_words_that_decide() -> None:
    sentence = "Plywood is not part of the quota and stays free of duty."
    decided = decide_yes_no("Is plywood subject to the quota?", sentence)
    assert decided is not None
    assert sentence[decided.words.start : decided.words.end] == "not part of"
