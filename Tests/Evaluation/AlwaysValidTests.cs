using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation;

public sealed class AlwaysValidTests
{
    private const double Alpha = 0.05;
    private static readonly WatchRule Errors = new("error_rate", MaxIncrease: 0.02, MaxDrop: null);

    [Fact]
    public void After_one_hit_the_interval_has_its_closed_form()
    {
        var interval = AlwaysValid.Mean(new ArmCount(1, 1), Alpha); // the mixture gives the hit 1/2, so p is out where 0.5 / p ≥ 1 / alpha

        Assert.Equal(Alpha / 2, interval.Lo, 9);
        Assert.Equal(1, interval.Hi);
    }

    [Fact]
    public void Without_requests_everything_is_possible() => Assert.Equal(new Interval(0, 1), AlwaysValid.Mean(new ArmCount(0, 0), Alpha));

    [Fact]
    public void The_interval_holds_its_mean_and_narrows()
    {
        var few = AlwaysValid.Mean(new ArmCount(100, 30), Alpha);
        var many = AlwaysValid.Mean(new ArmCount(10_000, 3000), Alpha);

        Assert.InRange(0.3, few.Lo, few.Hi);
        Assert.InRange(0.3, many.Lo, many.Hi);
        Assert.True(many.Hi - many.Lo < (few.Hi - few.Lo) / 5);
    }

    /// <summary>Peeking at every tenth request of a rate and of a score between 0 and 1, the truth is ever missed no more often than alpha.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void However_often_one_looks_the_truth_is_rarely_missed(bool fractional)
    {
        const int runs = 1000;
        var random = new Random(11);

        var missed = Enumerable.Range(0, runs).Count(_ =>
        {
            var sum = 0.0;
            for (var n = 1; n <= 2000; n++)
            {
                var draw = random.NextDouble();
                sum += fractional ? draw * draw * 0.6 : draw < 0.2 ? 1 : 0; // both have the mean 0.2
                if (n % 10 == 0 && AlwaysValid.Mean(new ArmCount(n, sum), Alpha) is var interval && (interval.Lo > 0.2 || interval.Hi < 0.2))
                    return true;
            }
            return false;
        });

        Assert.InRange(missed / (double)runs, 0, Alpha + 3 * Math.Sqrt(Alpha * (1 - Alpha) / runs));
    }

    /// <summary>Two equal arms at the very margin, watched at every tenth request: the canary is failed no more often than alpha.</summary>
    [Fact]
    public void A_harmless_canary_is_rarely_failed_by_looking_often()
    {
        const int runs = 300;
        var random = new Random(13);
        var rule = new WatchRule("error_rate", MaxIncrease: 0, MaxDrop: null);

        var failed = Enumerable.Range(0, runs).Count(_ =>
        {
            var (stable, canary) = (0, 0);
            for (var n = 1; n <= 3000; n++)
            {
                stable += random.NextDouble() < 0.05 ? 1 : 0;
                canary += random.NextDouble() < 0.05 ? 1 : 0;
                if (n % 10 == 0 && WatchDecision.Decide(rule, new ArmCount(n, stable), new ArmCount(n, canary), Alpha).Verdict == Verdict.Fail)
                    return true;
            }
            return false;
        });

        Assert.InRange(failed / (double)runs, 0, Alpha + 3 * Math.Sqrt(Alpha * (1 - Alpha) / runs));
    }

    [Theory]
    [InlineData(2000, 20, 200, 30, Verdict.Fail)] // 1 % against 15 %
    [InlineData(2000, 20, 200, 2, Verdict.Inconclusive)] // equal, too few
    [InlineData(200_000, 2000, 20_000, 200, Verdict.Pass)] // equal, enough
    public void A_watch_decides_when_the_interval_leaves_the_margin(long stable, double stableErrors, long canary, double canaryErrors, Verdict verdict)
    {
        var result = WatchDecision.Decide(Errors, new ArmCount(stable, stableErrors), new ArmCount(canary, canaryErrors), Alpha);

        Assert.Equal(verdict, result.Verdict);
        Assert.Equal(verdict == Verdict.Inconclusive, result.CasesNeeded is not null);
    }

    [Fact]
    public void A_drop_is_watched_in_its_own_direction()
    {
        var rule = new WatchRule("groundedness", MaxIncrease: null, MaxDrop: 0.03);

        Assert.Equal(Verdict.Fail, WatchDecision.Decide(rule, new ArmCount(2000, 1900), new ArmCount(200, 130), Alpha).Verdict);
        Assert.Equal(Verdict.Pass, WatchDecision.Decide(rule, new ArmCount(2000, 1300), new ArmCount(2000, 1900), Alpha).Verdict);
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(100, 0)]
    public void Zero_traffic_is_inconclusive(long stable, long canary) =>
        Assert.Equal(Verdict.Inconclusive, WatchDecision.Decide(Errors, new ArmCount(stable, 0), new ArmCount(canary, 0), Alpha).Verdict);

    [Theory] // exact limits with method: point; 4th failed smoke test (G19)
    [InlineData("error_rate: 0.01", 10_000, 100, 0, 100, 0, Verdict.Pass)]
    [InlineData("error_rate: 0.01", 10_000, 101, 0, 100, 0, Verdict.Fail)]
    [InlineData("p99_ms: 5000", 100, 0, 1, 5000, 0, Verdict.Pass)]
    [InlineData("p99_ms: 5000", 100, 0, 1, 5001, 0, Verdict.Fail)]
    [InlineData("failed_smoke_tests: 4", 100, 0, 0, 100, 3, Verdict.Pass)]
    [InlineData("failed_smoke_tests: 4", 100, 0, 0, 100, 4, Verdict.Fail)]
    [InlineData("error_rate: 0.01", 0, 0, 0, 0, 0, Verdict.Inconclusive)]
    public void A_point_limit_fires_exactly(string limit, long n, long errors, long slow, double p99, int smoke, Verdict verdict)
    {
        var policy = Policy.Parse($"release: {{ rollback: {{ {limit}, method: point }} }}", "p.yaml").Value!.Release!.Rollback!;

        var result = Assert.Single(RollbackDecision.Decide(policy, new CanaryWindow(n, errors, slow, p99, new ArmCount(0, 0), smoke), minRequests: 300, Alpha));

        Assert.Equal(verdict, result.Verdict);
    }

    [Theory]
    [InlineData(100, 2, Verdict.Inconclusive)] // 2 % by chance: E14
    [InlineData(300, 12, Verdict.Fail)] // fourfold on enough requests
    [InlineData(100, 30, Verdict.Fail)] // beyond doubt
    [InlineData(20_000, 40, Verdict.Pass)]
    public void A_rollback_limit_fires_beyond_doubt_or_threefold(long n, long errors, Verdict verdict)
    {
        var policy = Policy.Parse("release: { rollback: { error_rate: 0.01 } }", "p.yaml").Value!.Release!.Rollback!;

        var result = Assert.Single(RollbackDecision.Decide(policy, new CanaryWindow(n, errors, 0, 100, new ArmCount(0, 0), 0), minRequests: 300, Alpha));

        Assert.Equal(verdict, result.Verdict);
    }

    [Fact]
    public void A_floor_fires_when_the_upper_bound_is_below_it()
    {
        var policy = Policy.Parse("release: { rollback: { groundedness: 0.8 } }", "p.yaml").Value!.Release!.Rollback!;

        Assert.Equal(Verdict.Fail, Floor(200, 100));
        Assert.Equal(Verdict.Inconclusive, Floor(200, 158));

        Verdict Floor(long n, double sum) =>
            Assert.Single(RollbackDecision.Decide(policy, new CanaryWindow(n, 0, 0, 100, new ArmCount(n, sum), 0), minRequests: 300, Alpha)).Verdict;
    }

    [Fact]
    public void A_limit_without_traffic_is_told_in_the_same_scale_as_with_it()
    {
        var policy = Policy.Parse("release: { rollback: { error_rate: 0.01 } }", "p.yaml").Value!.Release!.Rollback!;

        double? Limit(long n) => Assert.Single(RollbackDecision.Decide(policy, new CanaryWindow(n, 0, 0, 100, new ArmCount(0, 0), 0), minRequests: 300, Alpha)).Baseline;

        Assert.Equal((0.01, 0.01), (Limit(0), Limit(100)));
    }
}
