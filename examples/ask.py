"""Add a folder of documents, ask one question, and print the answer with the words that it rests on.

python examples/ask.py corpus "When did the USMCA enter into force?"
"""

import sys

from qa import Assistant


def main(folder: str, question: str, store: str = ".qa") -> None:
    """Print the answer to a question about the documents of a folder; the store keeps them for next time."""
    with Assistant.open(store=store) as assistant:
        report = assistant.add(folder)
        for failure in report.failed:
            print(f"not read: {failure.source}: {failure.reason}", file=sys.stderr)

        answer = assistant.ask(question)
        print(answer.text)
        for citation in answer.citations:
            document = assistant.document(citation.document_id)
            assert citation.quote == document.text[citation.start : citation.end]
            print(f"[{citation.number}] {citation.title}, {citation.published}: “{citation.quote}”")
        if answer.status == "not_found":
            print("Nearest:", *(passage.title for passage in answer.passages), sep="\n- ")


if __name__ == "__main__":
    main(*sys.argv[1:])
