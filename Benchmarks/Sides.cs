using System.Diagnostics;
using System.Globalization;

namespace LlmOps.Benchmarks;

/// <summary>Ways to do the same, measured in turn in every round, so that a busy moment of the machine meets all of them. The last line of a table is what its ratios stand on.</summary>
internal sealed class Sides(string title, int rounds)
{
    private readonly List<(string Name, Func<Task<Figures>> Measure)> sides = [];

    /// <summary>One thread, again and again: the figure is the mean of a round.</summary>
    public Sides Loop(string name, int times, Action act)
    {
        sides.Add((name, () =>
        {
            var began = Stopwatch.GetTimestamp();
            for (var i = 0; i < times; i++)
                act();
            var each = Stopwatch.GetElapsedTime(began) / times;
            return Task.FromResult(new Figures(each.TotalMicroseconds, null, times / (each * times).TotalSeconds));
        }));
        return this;
    }

    /// <summary>Calls by so many clients at once, each after its last answer.</summary>
    public Sides Load(string name, int clients, int calls, Func<Task> call)
    {
        sides.Add((name, async () =>
        {
            var (left, began) = (calls, Stopwatch.GetTimestamp());
            var times = (await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Client()))).SelectMany(own => own).Order().ToArray();
            return new Figures(times[times.Length / 2], times[times.Length * 99 / 100], calls / Stopwatch.GetElapsedTime(began).TotalSeconds);

            async Task<List<double>> Client()
            {
                await Task.Yield();
                var own = new List<double>();
                while (Interlocked.Decrement(ref left) >= 0)
                {
                    var asked = Stopwatch.GetTimestamp();
                    await call();
                    own.Add(Stopwatch.GetElapsedTime(asked).TotalMicroseconds);
                }
                return own;
            }
        }));
        return this;
    }

    /// <summary>The medians over the rounds, after one round that warms up.</summary>
    public async Task Print(TextWriter output)
    {
        var measured = sides.ConvertAll(_ => new List<Figures>());
        for (var round = 0; round <= rounds; round++)
        {
            for (var i = 0; i < sides.Count; i++)
            {
                var figures = await sides[i].Measure();
                if (round > 0)
                    measured[i].Add(figures);
            }
        }

        var basis = Median(measured[^1].ConvertAll(figures => figures.P50));
        await output.WriteLineAsync($"\n| {title} | p50 µs | p99 µs | per second | p50 ratio |\n|---|---:|---:|---:|---:|");
        foreach (var (side, own) in sides.Zip(measured))
        {
            var p50 = Median(own.ConvertAll(figures => figures.P50));
            var p99 = own[0].P99 is null ? "" : Number(Median(own.ConvertAll(figures => figures.P99!.Value)));
            await output.WriteLineAsync($"| {side.Name} | {Number(p50)} | {p99} | {Number(Median(own.ConvertAll(figures => figures.PerSecond)))} | {Number(p50 / basis)} |");
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static string Number(double value) => value.ToString(value < 10 ? "0.##" : "#,0", CultureInfo.InvariantCulture);

    /// <param name="P99">Null where single acts are not timed.</param>
    private sealed record Figures(double P50, double? P99, double PerSecond);
}
