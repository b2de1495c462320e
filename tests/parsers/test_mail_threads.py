"""Mail threads: each mail under its own sender and day, so that no older figure passes for a new one."""

import pytest

from qa.parsers.web.eml import read_eml
from qa.parsers.web.mail_attributions import find_attribution, find_header_block
from tests.support.office import lines

HEAD = (
    "From: Ana Ruiz <ana@desk.example>\nTo: Team <team@desk.example>\nCc: cy@x.example\n"
    "Subject: Re: Urea duty\nDate: Wed, 3 May 2028 09:15:00 +0000\nContent-Type: text/{}; charset=utf-8\n\n"
)
NEWEST = [
    "# Ana Ruiz, 3 May 2028",
    "From: Ana Ruiz <ana@desk.example>; To: Team <team@desk.example>; Cc: cy@x.example",
]


def thread(body: str, subtype: str = "plain") -> list[str]:
    """The lines of the thread below the newest mail's headers."""
    read_lines = lines(read_eml((HEAD.format(subtype) + body).encode()))
    assert read_lines[:2] == NEWEST
    return read_lines[2:]


def test_headers_are_findable() -> None:
    content = read_eml((HEAD.format("plain") + "It is 3 percent.").encode())
    assert content.metadata.title == "Re: Urea duty"
    assert str(content.metadata.published) == "2028-05-03"
    assert content.metadata.publisher == "Ana Ruiz"
    assert lines(content) == [*NEWEST, "It is 3 percent."]


ATTRIBUTIONS = [
    ("On 1 April 2028, Bo Lind wrote:", "Bo Lind, 1 April 2028"),
    ("On Sat, 1 Apr 2028 at 10:03, Bo Lind <bo@desk.example> wrote:", "Bo Lind, 1 April 2028"),
    ("On Sat, Apr 1, 2028 at 10:03\u202fAM Bo Lind <bo@desk.example>\nwrote:", "Bo Lind, 1 April 2028"),
    ("On Saturday, April 1st, 2028 at 10:03 AM, Bo Lind <bo@x.example> wrote:", "Bo Lind, 1 April 2028"),
    ("On 2028-04-01 10:03, Bo Lind wrote:", "Bo Lind, 1 April 2028"),
    ("2028-04-01 10:03 GMT+02:00 Bo Lind <bo@desk.example>:", "Bo Lind, 1 April 2028"),
    ("Bo Lind <bo@desk.example> wrote on Saturday, 1 April 2028:", "Bo Lind, 1 April 2028"),
    ("Am 01.04.2028 um 10:03 schrieb Bo Lind:", "Bo Lind, 1 April 2028"),
    ("Am Sa., 1. Apr. 2028 um 10:03 Uhr schrieb Bo Lind <bo@x.example>:", "Bo Lind, 1 April 2028"),
    ("Le sam. 1 août 2028 à 10:03, Bo Lind <bo@x.example> a écrit :", "Bo Lind, 1 August 2028"),
    ("El sáb, 1 abr 2028 a las 10:03, Bo Lind (<bo@x.example>) escribió:", "Bo Lind, 1 April 2028"),
    ("Il giorno sab 1 apr 2028 alle ore 10:03 Bo Lind <bo@x.example> ha scritto:", "1 April 2028"),
    ("On 25/4/2028 10:03, Bo Lind wrote:", "Bo Lind, 25 April 2028"),
    # This may be two days.
    ("On 4/1/2028 10:03, Bo Lind wrote:", "Bo Lind"),
    ("On Sat, 1 Apr 2028 10:03:00 +0100\nBo Lind <bo@desk.example> wrote:", "Bo Lind, 1 April 2028"),
    ("On 1 April 2028, bo@desk.example wrote:", "bo@desk.example, 1 April 2028"),
    ("Quoting Bo Lind <bo@desk.example>:", "Bo Lind"),
    ("Bo wrote:", "Bo"),
]


@pytest.mark.parametrize(("attribution", "name"), ATTRIBUTIONS)
def test_a_mail_quoted_below_stands_under_its_own_sender_and_day(attribution: str, name: str) -> None:
    said = " ".join(attribution.split())
    read_lines = thread(f"It is 3 percent now.\n\n{attribution}\n\n> It is 8 percent.\n> Really.\n")
    assert read_lines[0] == "It is 3 percent now."
    assert read_lines[1].startswith("# Earlier message: ")
    assert name in read_lines[1]
    assert read_lines[2:] == [said, "It is 8 percent.", "Really."]


@pytest.mark.parametrize(
    "line",
    [
        "The duty falls on 1 May 2028 as the ministry says:",
        "Please note:",
        "On 1 May 2028 the duty falls to:",
    ],
)
def test_a_sentence_before_a_quote_names_nobody(line: str) -> None:
    assert thread(f"{line}\n\n> It is 8 percent.\n") == [line, "# Earlier message", "It is 8 percent."]


def test_a_sentence_is_no_mail_that_follows() -> None:
    body = 'On 1 April 2028 the ministry wrote:\n\n"It is 8 percent."\n\nToday it is 3 percent.\n'
    expected = ["On 1 April 2028 the ministry wrote:", '"It is 8 percent."', "Today it is 3 percent."]
    assert thread(body) == expected


def test_mails_in_mails() -> None:
    body = (
        "It is 3 percent now.\n\nOn 1 April 2028, Bo Lind wrote:\n> It is 8 percent.\n>\n"
        "> On 3 March 2028, Cy Poe wrote:\n>> It was 12 percent.\n>> -- \n>> Cy\n"
    )
    assert thread(body) == [
        "It is 3 percent now.",
        "# Earlier message: Bo Lind, 1 April 2028",
        "On 1 April 2028, Bo Lind wrote:",
        "It is 8 percent.",
        "# Earlier message: Cy Poe, 3 March 2028",
        "On 3 March 2028, Cy Poe wrote:",
        "It was 12 percent.",
        "Signature: Cy",
    ]


OUTLOOK = [
    "From: Bo Lind <bo@desk.example>\nSent: Saturday, April 1, 2028 10:03 AM\n"
    "To: Ana Ruiz <ana@desk.example>;\n Team\nSubject: Urea duty\n\n",
    "-----Original Message-----\nFrom: Bo Lind <bo@desk.example>\nSent: Saturday, April 1, 2028 10:03 AM\n"
    "To: Ana Ruiz <ana@desk.example>; Team\nSubject: Urea duty\n\n",
    "________________________________\nFrom: Bo Lind <bo@desk.example>\n\nSent: 01 April 2028 10:03\n\n"
    "To: Ana Ruiz <ana@desk.example>; Team\n\nSubject: Urea duty\n\n",
    "---------- Forwarded message ---------\nFrom: Bo Lind <bo@desk.example>\nDate: Sat, Apr 1, 2028 at 10:03"
    "\nSubject: Urea duty\nTo: Ana Ruiz <ana@desk.example>; Team\n\n\n",
    "*From:* Bo Lind <bo@desk.example>\n*Sent:* 1 April 2028 10:03\n*To:* Ana Ruiz <ana@desk.example>; Team\n"
    "*Subject:* Urea duty\n\n",
    "Von: Bo Lind <bo@desk.example>\nGesendet: Samstag, 1. April 2028 10:03\n"
    "An: Ana Ruiz <ana@desk.example>; Team\nBetreff: Urea duty\n\n",
    "De : Bo Lind <bo@desk.example>\nEnvoyé : samedi 1 avril 2028 10:03\n"
    "À : Ana Ruiz <ana@desk.example>; Team\nObjet : Urea duty\n\n",
]


@pytest.mark.parametrize("block", OUTLOOK)
def test_mails_below_a_block_of_headers(block: str) -> None:
    body = (
        f"It is 3 percent now.\n\n{block}It is 8 percent.\n\n{block.replace('Bo', 'Cy')}It was 12 percent.\n"
    )
    assert thread(body) == [
        "It is 3 percent now.",
        "# Earlier message: Bo Lind, 1 April 2028",
        "From: Bo Lind <bo@desk.example>; To: Ana Ruiz <ana@desk.example>; Team; Subject: Urea duty",
        "It is 8 percent.",
        "# Earlier message: Cy Lind, 1 April 2028",
        "From: Cy Lind <bo@desk.example>; To: Ana Ruiz <ana@desk.example>; Team; Subject: Urea duty",
        "It was 12 percent.",
    ]


def test_headers_in_a_sentence_begin_no_mail() -> None:
    body = "From: the list of goods.\nTo: the end.\nThe duty is 3 percent.\n"
    assert thread(body) == ["From: the list of goods.", "To: the end.", "The duty is 3 percent."]
    shipment = ["From: Rotterdam", "To: Santos", "Date: 1 April 2028", "Cargo: urea"]
    assert thread("\n".join(shipment)) == shipment
    assert find_header_block(["From: Bo", "Text", "Date: 1 April 2028", "Subject: Urea"]) is None
    assert find_header_block(["From: Bo", "Date: 1 April 2028", "Subject: Urea"]) is not None
    assert find_header_block(["-----Original Message-----", *shipment]) is not None
    assert find_attribution(["The duty fell on 1 April 2028.", "Bo Lind wrote:"]) is not None
    attribution, count = find_attribution(["The duty fell on 1 April 2028.", "Bo Lind wrote:"]) or ("", 0)
    assert (str(attribution), count) == ("Bo Lind", 1)


def test_a_forwarded_mail_whose_headers_are_quoted() -> None:
    body = (
        "See below.\n\nBegin forwarded message:\n\n> From: Bo Lind <bo@desk.example>\n> Subject: Urea duty\n"
        "> Date: 1 April 2028 at 10:03:00 BST\n> To: Ana <ana@desk.example>\n>\n> It is 8 percent.\n"
    )
    assert thread(body) == [
        "See below.",
        "# Earlier message: Bo Lind, 1 April 2028",
        "From: Bo Lind <bo@desk.example>; To: Ana <ana@desk.example>; Subject: Urea duty",
        "It is 8 percent.",
    ]


def test_a_quote_beside_its_answer_stays_there_and_says_whose_it_is() -> None:
    body = (
        "Hi Bo,\n\nOn 1 April 2028, Bo Lind wrote:\n> Is the duty still 8 percent? We\n> count on it.\n\n"
        "No, it is 3 percent.\n\n> And the licence?\n>> It was 100 crowns.\n\nIt is gone.\n\n> Bo\n"
    )
    mark = "Quoted from Bo Lind, 1 April 2028:"
    assert thread(body) == [
        "Hi Bo,",
        "On 1 April 2028, Bo Lind wrote:",
        f"{mark} Is the duty still 8 percent?",
        f"{mark} We count on it.",
        "No, it is 3 percent.",
        f"{mark} And the licence?",
        "Quoted: It was 100 crowns.",
        "It is gone.",
        "# Earlier message: Bo Lind, 1 April 2028",
        "Bo",
    ]


def test_an_answer_below_a_long_mail_stands_first() -> None:
    quoted = [f"Group {number} pays 8 percent, as it has for a long time now." for number in range(20)]
    body = "Bo Lind wrote:\n" + "".join(f"> {line}\n>\n" for line in quoted) + "\nIt is 3 percent now.\n"
    expected = ["It is 3 percent now.", "# Earlier message: Bo Lind", "Bo Lind wrote:", *quoted]
    assert thread(body) == expected


def test_what_a_mailing_list_adds_below_is_no_answer() -> None:
    body = (
        "It is 3 percent now.\n\nBo Lind wrote:\n> It is 8 percent.\n\n"
        "_______________________________________________\nTrade mailing list\nhttps://lists.example/trade\n"
    )
    assert thread(body) == [
        "It is 3 percent now.",
        "Trade mailing list",
        "https://lists.example/trade",
        "# Earlier message: Bo Lind",
        "Bo Lind wrote:",
        "It is 8 percent.",
    ]


GMAIL = (
    '<div dir="ltr">It is 3 percent now.<h1>Head</h1></div><div class="gmail_quote"><div class="gmail_attr">'
    'On Sat, Apr 1, 2028 at 10:03 AM Bo Lind &lt;<a href="mailto:bo@x.example">bo@x.example</a>&gt; wrote:'
    '<br></div><blockquote class="gmail_quote"><div>It is 8 percent.</div></blockquote></div>'
)
YAHOO = (
    '<div>It is 3 percent now.</div><h1>Head</h1><div class="yahoo_quoted"><div>On Saturday, April 1, 2028, '
    "10:03 AM, Bo Lind &lt;bo@x.example&gt; wrote: </div><div><br></div><div>It is 8 percent.</div></div>"
)
APPLE = (
    "<p>It is 3 percent now.</p><h1>Head</h1><blockquote type='cite'><div>On Apr 1, 2028, at 10:03, Bo Lind "
    "&lt;bo@x.example&gt; wrote:</div><br><div>It is 8 percent.</div></blockquote>"
)
OUTLOOK_HTML = (
    "<p>It is 3 percent now.</p><h1>Head</h1><div style='border:none;border-top:solid'><p><b>From:</b> Bo "
    "Lind &lt;bo@x.example&gt;<br><b>Sent:</b> Saturday, April 1, 2028 10:03 AM<br><b>To:</b> Ana<br>"
    "<b>Subject:</b> Urea</p></div><p>It is 8 percent.</p>"
)


@pytest.mark.parametrize("body", [GMAIL, YAHOO, APPLE, OUTLOOK_HTML])
def test_quotes_in_html(body: str) -> None:
    own, heading, earlier, _, text = thread(body, "html")
    assert own == "It is 3 percent now."
    assert heading == "## Head"
    assert earlier == "# Earlier message: Bo Lind, 1 April 2028"
    assert text == "It is 8 percent."


def test_answers_between_quotes_in_html() -> None:
    body = (
        "<p>On 1 April 2028, Bo Lind wrote:</p><blockquote type=cite><p>Still 8 percent?</p></blockquote>"
        "<p>No, 3 percent.</p>"
        "<blockquote style='margin:0 0 0 40px;border:none;padding:0px'><p>Only indented.</p></blockquote>"
    )
    assert thread(body, "html") == [
        "On 1 April 2028, Bo Lind wrote:",
        "Quoted from Bo Lind, 1 April 2028: Still 8 percent?",
        "No, 3 percent.",
        "Only indented.",
    ]


def test_tables_in_quoted_html_stay_tables() -> None:
    table = "<table><tr><th>Year</th><th>Duty</th></tr><tr><td>2027</td><td>8</td></tr></table>"
    read_lines = thread(GMAIL.replace("<div>It is 8 percent.</div>", table), "html")
    assert read_lines[-1] == "| Year: 2027; Duty: 8."


@pytest.mark.parametrize("line", ["{}text", "{}text\nanswer", "From: a\nTo: b\nSubject: c\n{}text"])
def test_threads_made_to_have_no_end(line: str) -> None:
    body = "\n".join(line.format(">" * (number % 300)) for number in range(1500))
    assert "text" in "\n".join(thread(body))
