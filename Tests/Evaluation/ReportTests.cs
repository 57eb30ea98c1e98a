using System.Xml.Linq;
using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation;

public sealed class ReportTests
{
    private static EvalReport Report(string output, decimal? cost = 0.001m)
    {
        var dataset = Dataset.Parse(string.Join('\n', Enumerable.Range(0, 20).Select(i => $$"""{"id": "c{{i}}", "input": "q"}""")), "golden.jsonl").Value!;
        var policy = Policy.Parse("gates: [{ metric: accuracy, min: 0.9, method: point }, { metric: accuracy, max_drop: 0.02 }]", "p.yaml").Value!;
        var cases = Enumerable.Range(0, 19).Select(i => new CaseResult($"c{i}", null, output, new Dictionary<string, double> { ["accuracy"] = i < 10 ? 1 : 0 }, i < 10, null, 100, cost, [])).ToList();
        return ReportBuilder.Build("b_1", dataset, policy, cases, null, null, 1, DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1.5));
    }

    [Fact]
    public void A_comment_shows_the_verdict_every_gate_latency_and_cost()
    {
        var text = ReportMarkdown.Write(Report("The pool is warm."));

        Assert.StartsWith("<!-- gate:golden -->\n## Failed: b_1\n", text, StringComparison.Ordinal);
        Assert.Contains("| accuracy | all | – | 50.0 % |", text, StringComparison.Ordinal);
        Assert.Contains("p95 100 ms", text, StringComparison.Ordinal);
        Assert.Contains("Cost unknown for 1 of 20 cases.", text, StringComparison.Ordinal); // the case that was not run
        Assert.Contains("Nothing is live to compare with.", text, StringComparison.Ordinal);
        Assert.Contains("| latency_p95_ms | all | – | 100 ms | – | – | no gate |", text, StringComparison.Ordinal);
        Assert.Contains("10 cases did not pass", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_models_words_cannot_break_the_comment()
    {
        var text = ReportMarkdown.Write(Report("<!-- gate:x -->\n| a | [link](http://x) @everyone"));

        Assert.Contains(@"&lt;\!-- gate:x --&gt; \| a \| \[link\](http&#58;//x) @&#8203;everyone", text, StringComparison.Ordinal);
    }

    [Fact]
    public void JUnit_counts_failures_and_errors_and_holds_only_legal_characters()
    {
        var xml = XElement.Parse(ReportJUnit.Write(Report("bell \u0007 and 😀"), "prompts/guest.yaml"));

        Assert.Equal(["gates", "golden"], xml.Elements("testsuite").Select(suite => suite.Attribute("name")!.Value));
        Assert.Equal(("2", "1", "1"), Counts(xml.Elements("testsuite").First()));
        Assert.Equal(("20", "9", "1"), Counts(xml.Elements("testsuite").Last()));
        Assert.Equal("bell  and 😀", xml.Descendants("system-out").First(said => said.Value.StartsWith("bell", StringComparison.Ordinal)).Value);

        static (string, string, string) Counts(XElement suite) => (suite.Attribute("tests")!.Value, suite.Attribute("failures")!.Value, suite.Attribute("errors")!.Value);
    }
}
