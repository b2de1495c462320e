"""A LangChain chain over our retriever: passages into a prompt, the prompt to a chat model, its text out.

    python examples/langchain_chain.py corpus "When did the USMCA enter into force?" openai:gpt-5-mini

Without a model a scripted one takes its place, so that the chain runs offline.
"""

import sys

from langchain.chat_models import init_chat_model
from langchain_core.documents import Document
from langchain_core.language_models import BaseChatModel, FakeListChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnablePassthrough

from qa import Assistant

PROMPT = ChatPromptTemplate.from_template(
    "Answer from these passages only and name the title you rely on.\n\n{passages}\n\nQuestion: {question}"
)


def titled(passages: list[Document]) -> str:
    """The passages as the prompt shows them."""
    return "\n\n".join(f"[{passage.metadata['title']}]\n{passage.page_content}" for passage in passages)


def main(folder: str, question: str, model_name: str = "", store: str = ".qa") -> None:
    """Print what the chain makes of a question about the documents of a folder."""
    scripted = FakeListChatModel(responses=["(Here a chat model would answer from the passages.)"])
    model: BaseChatModel = init_chat_model(model_name) if model_name else scripted
    with Assistant.open(store=store) as assistant:
        assistant.add(folder)
        retriever = assistant.retriever
        passages = {"passages": retriever | titled, "question": RunnablePassthrough()}
        chain = passages | PROMPT | model | StrOutputParser()
        for passage in retriever.invoke(question):
            print(f"{passage.metadata['score']:.2f}  {passage.metadata['title']}")
        print(chain.invoke(question))


if __name__ == "__main__":
    main(*sys.argv[1:])
