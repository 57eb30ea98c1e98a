using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace LlmOps.Evaluation;

/// <summary>A report as JUnit XML, which every build server shows: the gates as one suite, the cases as another. An inconclusive gate is an error, not a failure:
/// it says that the question is open.</summary>
public static class ReportJUnit
{
    /// <param name="source">What was evaluated, as the class of the cases; usually the prompt's path.</param>
    public static string Write(EvalReport report, string source)
    {
        var gates = report.Gates.Select(gate => Test("gates", gate.Segment is null ? gate.Metric : $"{gate.Metric} [{gate.Segment}]", 0, gate.Verdict switch
        {
            Verdict.Fail => new XElement("failure", new XAttribute("message", Legal(gate.Reason))),
            Verdict.Inconclusive when gate.Decides => new XElement("error", new XAttribute("message", Legal(gate.Reason))),
            _ => null,
        }, gate.Reason)).ToList();
        var cases = report.Cases.Select(result => Test(source, result.Id, result.LatencyMs ?? 0, result switch
        {
            { Error: { } error } => new XElement("error", new XAttribute("message", Legal(error))),
            { Passed: false } => new XElement("failure", new XAttribute("message", Legal(string.Join(", ", result.Scores.Select(score =>
                string.Create(CultureInfo.InvariantCulture, $"{score.Key} {score.Value:0.###}")))))),
            _ => null,
        }, result.Output)).ToList();

        var root = new XElement("testsuites",
            Suite("gates", gates, report, new XElement("properties",
                Property("verdict", YamlMap.Kebab(report.Verdict)), Property("bundle", report.Bundle), Property("dataset", report.Dataset.Sha256))),
            Suite(report.Dataset.Name, cases, report, null));
        return new XDeclaration("1.0", "utf-8", null) + "\n" + root;
    }

    private static XElement Suite(string name, List<XElement> tests, EvalReport report, XElement? properties) => new("testsuite",
        new XAttribute("name", Legal(name)), new XAttribute("tests", tests.Count),
        new XAttribute("failures", tests.Count(test => test.Element("failure") is not null)), new XAttribute("errors", tests.Count(test => test.Element("error") is not null)),
        new XAttribute("skipped", 0), new XAttribute("time", (report.DurationMs / 1000.0).ToString("0.000", CultureInfo.InvariantCulture)),
        new XAttribute("timestamp", report.StartedAt.UtcDateTime.ToString("s", CultureInfo.InvariantCulture)), properties, tests);

    private static XElement Test(string type, string name, double milliseconds, XElement? outcome, string said) => new("testcase",
        new XAttribute("classname", Legal(type)), new XAttribute("name", Legal(name)),
        new XAttribute("time", (milliseconds / 1000).ToString("0.000", CultureInfo.InvariantCulture)), outcome, new XElement("system-out", Legal(said)));

    private static XElement Property(string name, string value) => new("property", new XAttribute("name", name), new XAttribute("value", Legal(value)));

    /// <summary>Without the characters that XML cannot hold; models produce them.</summary>
    private static string Legal(string text)
    {
        var kept = new System.Text.StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
                kept.Append(text[i]).Append(text[++i]);
            else if (XmlConvert.IsXmlChar(text[i]))
                kept.Append(text[i]);
        }
        return kept.ToString();
    }
}
