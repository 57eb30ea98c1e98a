using LlmOps.Prompting;
using LlmOps.Web;

namespace LlmOps.Tests.Web;

public sealed class FiguresTests
{
    [Theory]
    [InlineData("accuracy", 0.715, "71.5 %")]
    [InlineData("error_rate", 0, "0.0 %")]
    [InlineData("latency_p95_ms", 1234.4, "1,234 ms")]
    [InlineData("cost_per_1k_usd", 0.000123, "0.000123 USD")]
    [InlineData("tokens_output", 512, "512 tokens")]
    public void A_value_has_its_metrics_unit(string metric, double value, string expected) => Assert.Equal(expected, Figures.Value(metric, value));

    [Theory]
    [InlineData(-2.04, "−2.0 pp")]
    [InlineData(0.5, "+0.5 pp")]
    [InlineData(0.0123, "+0.0123 pp")]
    [InlineData(0, "0 pp")]
    public void A_difference_has_a_sign_and_is_never_rounded_away(double value, string expected) => Assert.Equal(expected, Figures.Difference(value, "pp"));

    [Theory]
    [InlineData("0.0000001", "0.0000001 USD")]
    [InlineData("0.0242399068", "0.02424 USD")]
    [InlineData("0", "0.00 USD")]
    [InlineData("1234.5", "1,234.50 USD")]
    public void Money_is_never_rounded_to_nothing(string usd, string expected) =>
        Assert.Equal(expected, Figures.Usd(decimal.Parse(usd, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void A_share_of_nothing_is_no_number() => Assert.Null(Figures.Share(0, 0));

    [Fact]
    public void Unchanged_lines_far_from_a_change_are_folded_and_none_is_lost()
    {
        var from = string.Join('\n', Enumerable.Range(1, 30));
        var lines = LineDiff.Between(from, from.Replace("\n15\n", "\nfifteen\n"));

        var blocks = DiffBlock.Of(lines);

        Assert.Equal([true, false, true], blocks.Select(block => block.Collapsed));
        Assert.Equal(lines, blocks.SelectMany(block => block.Lines));
    }
}
