"""A LangChain agent that has the desk as a tool: it asks, reads the cited answer, and replies.

    python examples/langchain_agent.py corpus "When did the USMCA enter into force?" openai:gpt-5-mini

Without a model a scripted one takes its place, which calls the tool too, so that the agent runs offline.
"""

import sys
from typing import Any

from langchain.agents import create_agent
from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel, GenericFakeChatModel
from langchain_core.messages import AIMessage, HumanMessage

from qa import Assistant


class ScriptedModel(GenericFakeChatModel):
    """Takes tools, and calls the one that its script says."""

    def bind_tools(self, *_: Any, **__: Any) -> Any:
        """The model with the tools."""
        return self


def main(folder: str, question: str, model_name: str = "", store: str = ".qa") -> None:
    """Print what an agent does with a question about the documents of a folder."""
    call = {"name": "ask_briefings", "args": {"question": question}, "id": "1"}
    reply = "(Here a chat model would reply from that.)"
    script: list[AIMessage | str] = [AIMessage("", tool_calls=[call]), reply]
    model: BaseChatModel = init_chat_model(model_name) if model_name else ScriptedModel(messages=iter(script))
    with Assistant.open(store=store) as assistant:
        assistant.add(folder)

        def ask_briefings(question: str) -> str:
            """Answer a question from trade briefings, with exact quotes, or say that they do not."""
            answer = assistant.ask(question)
            quotes = [f"[{cited.number}] {cited.title}: “{cited.quote}”" for cited in answer.citations]
            return "\n".join([answer.text, *quotes])

        agent = create_agent(model, [ask_briefings])
        for message in agent.invoke({"messages": [HumanMessage(question)]})["messages"]:
            print(f"{message.type}: {message.text}")


if __name__ == "__main__":
    main(*sys.argv[1:])
