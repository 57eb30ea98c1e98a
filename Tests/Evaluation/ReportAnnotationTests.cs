using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation;

public sealed class ReportAnnotationTests
{
    [Fact]
    public void Text_and_properties_are_escaped_as_the_runner_reads_them()
    {
        var annotations = ReportAnnotations.Of([new("a,b:c%.yaml", 3, "rule:1", FindingLevel.Error, "50 % wrong:\r\n::warning::other, too")]);

        Assert.Equal(["::error file=a%2Cb%3Ac%25.yaml,line=3,title=rule%3A1::50 %25 wrong:%0D%0A::warning::other, too"], annotations);
    }

    [Fact]
    public void Ten_errors_and_ten_warnings_are_written_and_the_rest_is_counted()
    {
        var findings = Enumerable.Range(0, 25).SelectMany(i => new[] { FindingLevel.Error, FindingLevel.Warning, FindingLevel.Note }.Select(level => new Finding("f", i + 1, $"r{i}", level, "m"))).ToList();

        var annotations = ReportAnnotations.Of(findings);

        Assert.Equal((10, 10), (annotations.Count(line => line.StartsWith("::error ", StringComparison.Ordinal)), annotations.Count(line => line.StartsWith("::warning ", StringComparison.Ordinal))));
        Assert.Equal(2, annotations.Count(line => line.EndsWith("::16 more; the report names all of them.", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_failed_gate_is_an_error_an_open_one_a_warning_and_a_held_one_nothing()
    {
        var gate = new GateResult("accuracy", "vip", 10, 1, 0, -100, "pp", null, 2, "tango", Verdict.Fail, true, null, null, "It fell.");
        var report = new EvalReport(1, "b", new("d", new('a', 64), 1), null, Verdict.Fail, [gate, gate with { Verdict = Verdict.Inconclusive, Segment = null }, gate with { Verdict = Verdict.Inconclusive, Decides = false }, gate with { Verdict = Verdict.Pass }],
            new(null, null, null, null, 0), new(0, 0, 0), new(0, 0), [], [], null, 1, DateTimeOffset.UnixEpoch, 1);

        Assert.Equal(["::error file=s.yaml,title=accuracy (vip)::It fell.", "::warning file=s.yaml,title=accuracy::It fell."], ReportAnnotations.Of(report, "s.yaml"));
    }

    [Theory]
    [InlineData("::error::x", ": :error::x")]
    [InlineData("  ::set-output name=a::b", "  : :set-output name=a::b")]
    [InlineData("ok\n::stop-commands::t", "ok\n: :stop-commands::t")]
    [InlineData("ok\r::add-mask::t", "ok\n: :add-mask::t")]
    [InlineData("x ##[error]y", "x # #[error]y")]
    [InlineData("x ##VSO[task.complete]", "x # #vso[task.complete]")]
    [InlineData("std::vector", "std::vector")]
    public void A_models_words_start_no_command_of_a_build_server(string said, string shown) => Assert.Equal(shown, ReportAnnotations.Inert(said));
}
