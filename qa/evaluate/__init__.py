"""Bulk evaluation: questions in, answers scored against what is known, figures that can be trusted.

from qa import Assistant
from qa.evaluate import compare, evaluate

with Assistant.open(store=".qa") as assistant:
    summary = evaluate(assistant, "questions.jsonl", "runs/first")
comparison = compare("runs/first", "runs/second")
"""

from qa.evaluate.compare import Comparison, compare, comparison_json, comparison_markdown
from qa.evaluate.datasets.draft_file import DraftWording, write_drafts
from qa.evaluate.datasets.feedback_questions import write_feedback_questions
from qa.evaluate.gates import Gate, Margin, check_gates, check_margins
from qa.evaluate.reporting.report import write_report
from qa.evaluate.reporting.row_export import export_rows
from qa.evaluate.reporting.run_summary import summary_markdown
from qa.evaluate.run import Evaluation, evaluate
from qa.evaluate.run_progress import EvaluationProgress
from qa.evaluate.scoring.metric_definitions import METRICS, Metric

__all__ = [
    "METRICS",
    "Comparison",
    "DraftWording",
    "Evaluation",
    "EvaluationProgress",
    "Gate",
    "Margin",
    "Metric",
    "check_gates",
    "check_margins",
    "compare",
    "comparison_json",
    "comparison_markdown",
    "evaluate",
    "export_rows",
    "summary_markdown",
    "write_drafts",
    "write_feedback_questions",
    "write_report",
]
