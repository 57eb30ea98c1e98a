using System.Text.Json.Nodes;
using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation.Judges;

/// <summary>Four language models that compared the pairs of LLMBar, recorded; the figures are scikit-learn's and plain counts.</summary>
public sealed class RecordedJudgesTests
{
    private static readonly string Pairs = Path.Combine(Checkout.Root, "..", "shared", "data", "judge", "pairwise");

    [Theory]
    [InlineData("GPT-4/Vanilla_NoRules", 213, 29, 213, 0.671600)]
    [InlineData("GPT-4/Metrics_Reference", 213, 38, 213, 0.653384)]
    [InlineData("ChatGPT/Vanilla_NoRules", 213, 113, 213, 0.346740)]
    [InlineData("ChatGPT/Rating", 147, 76, 147, 0.314107)]
    [InlineData("LLaMA2/Vanilla_NoRules", 213, 84, 213, 0.327191)]
    [InlineData("PaLM2/Metrics_Reference", 211, 62, 211, 0.441173)]
    public void Agreement_and_position_bias_of_recorded_judges_equal_independent_figures(string judge, int compared, int flipped, int graded, double kappa)
    {
        Assert.SkipUnless(Directory.Exists(Pairs), "shared/data/judge/pairwise is not beside the checkout");
        var rows = Directory.GetFiles(Pairs, "*.jsonl").SelectMany(File.ReadLines).Select(line => JsonNode.Parse(line)!).Where(row => row["judges"]![judge] is not null).ToList();

        var probe = JudgeProbe.OfOrders(rows.Select(row => (Said(row, "order_12"), Said(row, "order_21"))), alpha: 0.05);
        var counts = Confusion.Of(rows.Where(row => Said(row, "order_12") is not null).Select(row => ((int)row["gold"]! == 1, Said(row, "order_12") == 1)));

        Assert.Equal((compared, flipped, graded), (probe.Count, probe.Changed, counts.N));
        Assert.Equal(kappa, Kappa.Of(counts, alpha: 0.05)!.Value, 1e-6);

        int? Said(JsonNode row, string order) => int.TryParse((string?)row["judges"]![judge]![order], out var said) ? said : null;
    }
}
