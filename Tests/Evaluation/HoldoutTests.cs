using LlmOps.Evals;
using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation;

public sealed class HoldoutTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly HoldoutPolicy Two = new("holdout", 2, TimeSpan.FromDays(30));

    [Fact]
    public void A_policy_names_the_sealed_dataset_and_its_budget()
    {
        var given = Policy.Parse("holdout: { dataset: guest-holdout, queries: 3, period: 7d }", "p.yaml").Value?.Holdout;
        var usual = Policy.Parse("holdout: { dataset: guest-holdout }", "p.yaml").Value?.Holdout;

        Assert.Equal(new("guest-holdout", 3, TimeSpan.FromDays(7)), given);
        Assert.Equal(new("guest-holdout", 4, TimeSpan.FromDays(30)), usual);
        Assert.Null(Policy.Parse("alpha: 0.05", "p.yaml").Value!.Holdout);
    }

    [Theory]
    [InlineData("holdout: { queries: 3 }", "missing-key")]
    [InlineData("holdout: { dataset: a, queries: 0 }", "out-of-range")]
    [InlineData("holdout: { dataset: a, period: 0s }", "out-of-range")]
    [InlineData("holdout: { dataset: a, budget: 3 }", "unknown-key")]
    [InlineData("judges: { min_kappa: 2 }", "out-of-range")]
    [InlineData("judges: { needed: true }", "unknown-key")]
    public void What_seals_nothing_is_refused(string yaml, string code) => Assert.Equal(code, Policy.Parse(yaml, "p.yaml").Refusal?.Code);

    [Fact]
    public void A_question_is_free_until_the_budget_of_the_period_is_spent()
    {
        Assert.Null(Holdout.FreeAt(Two, [], Noon));
        Assert.Null(Holdout.FreeAt(Two, [Noon], Noon));
        Assert.Equal(Noon.AddDays(30), Holdout.FreeAt(Two, [Noon.AddDays(1), Noon], Noon.AddDays(2)));
    }

    [Fact]
    public void A_question_is_free_again_when_the_oldest_that_counts_is_a_period_old()
    {
        DateTimeOffset[] asked = [Noon, Noon.AddDays(10)];

        Assert.NotNull(Holdout.FreeAt(Two, asked, Noon.AddDays(30).AddTicks(-1)));
        Assert.Null(Holdout.FreeAt(Two, asked, Noon.AddDays(30)));
    }

    [Fact]
    public void A_budget_that_was_made_smaller_waits_for_as_many_as_are_too_many() =>
        Assert.Equal(Noon.AddDays(32), Holdout.FreeAt(Two, [Noon, Noon.AddDays(1), Noon.AddDays(2), Noon.AddDays(3)], Noon.AddDays(4)));
}
