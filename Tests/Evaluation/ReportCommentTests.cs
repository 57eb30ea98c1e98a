using System.Text;
using System.Xml.Linq;
using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation;

public sealed class ReportCommentTests
{
    private static readonly GateResult Open = new("accuracy", null, 100, 0.9, 0.91, 1, "pp", new(-2.5, 4.5), 2, "tango", Verdict.Inconclusive, true, 4.3, 212, "The interval holds both.");

    private static EvalReport Report(Verdict verdict, IReadOnlyList<GateResult> gates, int cases = 100, decimal? per1k = 9m, IReadOnlyList<ReportMark>? marks = null, string said = "fine") => new(
        EvalReport.CurrentSchema, "b_2", new("golden", new string('a', 64), cases), new("b_1"), verdict, gates, new(120, 480.4, 900, null, 0), new(0.9m, per1k, per1k is null ? 3 : 0), new(10, 10),
        [new("all", cases, 0, new Dictionary<string, double> { ["accuracy"] = 0.91 })],
        [.. Enumerable.Range(0, cases).Select(i => new CaseResult($"c{i}", null, said, new Dictionary<string, double>(), false, null, 100, 0.009m, []))],
        null, 1, DateTimeOffset.UnixEpoch, 1000, marks);

    [Fact]
    public void The_next_step_says_how_many_cases_decide_and_what_they_cost()
    {
        var text = ReportMarkdown.Write(Report(Verdict.Inconclusive, [Open]));

        Assert.Contains("**Cheapest next step:** Run 212 more cases, about 1.91 USD, or widen the margin of accuracy from 2 to 4.3 pp on the protected branch, or ask the lead", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_no_number_of_cases_decides_a_margin_or_the_lead_does()
    {
        var step = ReportAdvice.Of(Report(Verdict.Inconclusive, [Open with { CasesNeeded = null }]));

        Assert.StartsWith("Widen the margin of accuracy from 2 to 4.3 pp", step, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_price_is_said_and_never_zero()
    {
        var report = Report(Verdict.Inconclusive, [Open], per1k: null);

        Assert.Contains("Run 212 more cases, at an unknown price", ReportAdvice.Of(report), StringComparison.Ordinal);
        Assert.Contains("Monthly cost: unknown", ReportMarkdown.Write(report), StringComparison.Ordinal);
    }

    [Fact]
    public void The_monthly_cost_is_told_for_both_sides_and_their_difference()
    {
        var text = ReportMarkdown.Write(Report(Verdict.Pass, []), Report(Verdict.Pass, [], per1k: 7.5m), monthlyRequests: 1_000_000);

        Assert.Contains("Monthly cost at 1,000,000 requests: 7500.00 → 9000.00 USD, +1500.00 USD.", text, StringComparison.Ordinal);
        Assert.Contains("| cost_per_1k_usd | all | 7.5 | 9 | +1.5 USD | – | no gate |", text, StringComparison.Ordinal);
        Assert.Contains("| accuracy | all | 91.0 % | 91.0 % | 0 pp | – | no gate |", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mark_stands_above_the_numbers()
    {
        var text = ReportMarkdown.Write(Report(Verdict.Pass, [], marks: [new("policy-edited", "This change edits its own policy: policies/release.yaml differs from main.")]));

        Assert.InRange(text.IndexOf("> **policy-edited**: This change edits its own policy", StringComparison.Ordinal), 1, text.IndexOf("| metric |", StringComparison.Ordinal));
    }

    [Fact]
    public void A_comment_and_a_summary_stay_within_what_their_service_takes()
    {
        var gates = Enumerable.Range(0, 9000).Select(i => Open with { Segment = $"Größe {i}", Reason = new string('ü', 300) }).ToList();
        var report = Report(Verdict.Inconclusive, gates, cases: 5000, said: string.Concat(Enumerable.Repeat("😀", 200)));

        var (comment, summary) = (ReportMarkdown.Write(report), ReportMarkdown.Write(report, limit: ReportMarkdown.SummaryLimit));

        Assert.InRange(Encoding.UTF8.GetByteCount(comment), 50_000, 65_536);
        Assert.InRange(Encoding.UTF8.GetByteCount(summary), 900_000, 1_048_576);
        Assert.Contains("more rows in the report", comment, StringComparison.Ordinal);
        Assert.DoesNotContain('\uFFFD', Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(comment)));
    }

    [Theory]
    [InlineData("a\u001B[31mred\u0007", "a\\[31mred")]
    [InlineData("www.example.org", "www&#46;example.org")]
    [InlineData("fixes #12", "fixes #&#8203;12")]
    [InlineData("a\u202Eb", "ab")]
    [InlineData("::error::x\n## Passed", "::error::x #&#8203;#&#8203; Passed")]
    public void What_a_model_says_is_only_text(string said, string shown) =>
        Assert.Contains($"- c0: {shown}\n", ReportMarkdown.Write(Report(Verdict.Fail, [], cases: 1, said: said)), StringComparison.Ordinal);

    [Fact]
    public void An_evaluation_without_a_report_still_has_its_comment()
    {
        var text = ReportMarkdown.Missing("golden", Refusal.Invalid("bad-suite", "suites/x.yaml:3: <b>no</b> scorer."));

        Assert.StartsWith("<!-- gate:golden -->\n## No report\n", text, StringComparison.Ordinal);
        Assert.Contains("suites/x.yaml:3: &lt;b&gt;no&lt;/b&gt; scorer.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void JUnit_stays_well_formed_whatever_a_model_says()
    {
        var xml = XElement.Parse(ReportJUnit.Write(Report(Verdict.Fail, [Open], cases: 2, said: "]]> \0 \uD800 <x> & \u001B[0m \uFFFE"), "prompts/p.yaml"));

        Assert.Equal("]]>   <x> & [0m ", xml.Descendants("system-out").Last().Value);
    }
}
