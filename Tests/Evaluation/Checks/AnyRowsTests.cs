using System.Text;
using FsCheck;
using FsCheck.Fluent;
using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation.Checks;

/// <summary>Whatever stands in the rows, there is a report, and it is JSON with finite figures.</summary>
public sealed class AnyRowsTests
{
    private static readonly Gen<string> Scalar = Gen.OneOf(
        ArbMap.Default.GeneratorFor<string?>().Select(text => Json.Write(text ?? "")), ArbMap.Default.GeneratorFor<double>().Where(double.IsFinite).Select(number => Json.Write(number)),
        Gen.Elements("null", "true", "1e400", "-0", "9007199254740993", "\"\"", "\"\\ud800\"", "[]", "{}", "[[1],{\"a\":2}]", "\"2026-02-30\"", "\"\\u0000\"", "\"\uFFFE\uFDD0\""));

    private static readonly Gen<string> Row = Gen.OneOf(
        Scalar.Four().Select(values => $$"""{"text": {{values.Item1}}, "label": {{values.Item2}}, "source": {{values.Item3}}, "n": {{values.Item4}}}"""),
        Scalar.Two().Select(values => $$"""{"id": {{values.Item1}}, "vars": {"b.c": 1, "a": {{values.Item2}} } }"""),
        Scalar, ArbMap.Default.GeneratorFor<string?>().Select(text => text ?? ""), Gen.Constant("{\"text\""));

    [Fact]
    public void Every_file_has_a_report_with_finite_figures() => Prop.ForAll(Gen.ListOf(Row).Two().ToArbitrary(), files =>
    {
        var report = DataCheck.Of(Source("rows.jsonl", files.Item1), new DataOptions { Reference = Source("before.jsonl", files.Item2), Against = [Source("set.jsonl", files.Item2)] });

        return report.Refused ? report.Refusal.Code == "reference-empty" : Json.Write(report.Value).Length > 0 && report.Value.IsValid == (report.Value.Verdict == Verdict.Pass); // JSON has no word for NaN
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_pair_of_number_lists_has_finite_figures() => Prop.ForAll<double[], double[]>((before, now) =>
    {
        var test = NumberDrift.Between(before, now, seed: 1);

        return new[] { test.Value, test.Excess, test.P }.All(figure => figure is >= 0 and <= 1) && double.IsFinite(test.StandardErrors ?? 0) && double.IsFinite(test.StandardDeviations ?? 0);
    }).QuickCheckThrowOnFailure();

    private static DataSource Source(string name, IEnumerable<string> rows) => DataSource.Of(name, Encoding.UTF8.GetBytes(string.Join('\n', rows)));
}
