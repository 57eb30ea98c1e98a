using System.Diagnostics;
using System.Globalization;
using LlmOps.Evaluation;

namespace LlmOps.Benchmarks;

/// <summary>Trains the injection detector, measures it on rows that it did not learn from, and writes its weights. Everything is seeded: the same data give the same file.</summary>
internal sealed class InjectionTraining(List<InjectionRow> rows, HashedWeights request)
{
    private const int Folds = 5, InnerFolds = 4;
    internal static void Run(string checkout)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var data = new InjectionRows(Path.Combine(checkout, "..", "shared", "data"));
        var (asking, telling) = data.Sentences();
        var request = InjectionLogistic.Hashed([.. asking.Select(text => InjectionLogistic.Row(HashedWeights.Grams(text), true, 1)), .. telling.Select(text => InjectionLogistic.Row(HashedWeights.Grams(text), false, 1))], epochs: 12);
        var training = new InjectionTraining(data.All(new InjectionModel(HashedWeights.Empty, request, [], 0)), request);

        var fold = training.FoldOfGroup(Folds, 1);
        training.Report("grouped, 5 folds", row => $"{fold[row.Group]}", _ => true);
        training.Report("one source left out", row => row.Source, row => row.Measured);
        var model = training.Train(_ => true);
        foreach (var (name, weight) in InjectionWindow.Names.Zip(model.Weights))
            Console.WriteLine($"  {name,-20} {weight,6:0.00}");
        var file = Path.Combine(checkout, "Services", "Evaluation", "Detectors", "injection.weights");
        using (var stream = File.Create(file))
            model.Write(stream);
        Console.WriteLine($"{file}: {new FileInfo(file).Length:N0} bytes");
        Speed(model);
    }

    /// <summary>Scores every row by a model that has not seen the row's part.</summary>
    private void Report(string name, Func<InjectionRow, string> part, Func<InjectionRow, bool> told)
    {
        var scores = new Dictionary<InjectionRow, double>(ReferenceEqualityComparer.Instance);
        foreach (var held in rows.Where(told).GroupBy(part))
        {
            var model = Train(row => part(row) != held.Key);
            foreach (var row in held)
                scores[row] = Score(row, model);
        }
        Console.WriteLine($"\n{name}");
        foreach (var threshold in (double[])[0.3, 0.4, 0.5, 0.6, 0.7])
            Console.WriteLine($"  threshold {threshold:0.0}: all {Figures(row => row.Measured, threshold)}; without look-alikes {Figures(row => row.Measured && row.Slice != "benign_lookalike", threshold)}");
        foreach (var slice in scores.Keys.GroupBy(row => (row.Measured, row.Source, row.Slice, row.Attack)).OrderByDescending(slice => slice.Key))
            Console.WriteLine($"  {(slice.Key.Measured ? "" : "(added) ")}{slice.Key.Source} {slice.Key.Slice} {(slice.Key.Attack ? "attack" : "harmless")}: {slice.Count(row => scores[row] >= InjectionDetector.Threshold)} of {slice.Count()} flagged");

        string Figures(Func<InjectionRow, bool> counts, double threshold)
        {
            var flagged = scores.Where(pair => counts(pair.Key) && pair.Value >= threshold).ToList();
            var hits = flagged.Count(pair => pair.Key.Attack);
            return $"precision {hits / (double)Math.Max(1, flagged.Count):0.000} recall {hits / (double)scores.Keys.Count(row => counts(row) && row.Attack):0.000}";
        }
    }

    /// <summary>First the n-grams, then the regression on all features; its n-gram features come from models that had not seen the row.</summary>
    private InjectionModel Train(Func<InjectionRow, bool> uses)
    {
        var used = rows.Where(uses).ToList();
        var fold = FoldOfGroup(InnerFolds, 3);
        var samples = new List<(double[] Features, bool Attack, double Weight)>();
        for (var held = 0; held < InnerFolds; held++)
        {
            var attack = Attack(used.Where(row => fold[row.Group] != held));
            foreach (var row in used.Where(row => fold[row.Group] == held))
            {
                var windows = row.Windows.Select(window => Features(row, window, attack)).ToList();
                if (row.Attack)
                    samples.Add((windows.MaxBy(features => features.Take(InjectionRules.All.Count).Sum())!, true, row.Weight));
                else
                    samples.AddRange(windows.Select(features => (features, false, row.Weight)));
            }
        }
        var (weights, bias) = InjectionLogistic.Dense(samples);
        return new InjectionModel(Attack(used), request, [.. weights.Select(weight => (float)weight)], (float)bias);
    }

    /// <summary>Attacks as whole texts, harmless texts whole and by sentence. Spliced rows are left out: most of their n-grams are the passage's.</summary>
    private static HashedWeights Attack(IEnumerable<InjectionRow> used) => InjectionLogistic.Hashed(
    [
        .. used.Where(row => !row.Spliced && row.Windows.Count > 0).SelectMany(row =>
        {
            var window = row.Windows[0];
            IEnumerable<(int[], double[], bool, double)> whole = [InjectionLogistic.Row([.. window.SelectMany(sentence => sentence.Grams)], row.Attack, row.Weight)];
            return row.Attack || window.Count == 1 ? whole : whole.Concat(window.Select(sentence => InjectionLogistic.Row(sentence.Grams, false, row.Weight / window.Count)));
        }),
    ], epochs: 25);

    private static double Score(InjectionRow row, InjectionModel model) => row.Windows.Select(window => model.Score(Features(row, window, model.Attack))).DefaultIfEmpty(0).Max();

    private static double[] Features(InjectionRow row, IReadOnlyList<GramSentence> window, HashedWeights attack) =>
        InjectionWindow.Features([.. window.Select(item => item.Sentence with { Attack = attack.Sum(item.Grams) })], attack, row.Disguised);

    private Dictionary<string, int> FoldOfGroup(int folds, int seed)
    {
        var groups = rows.Select(row => row.Group).Distinct().Order(StringComparer.Ordinal).ToArray();
        new Random(seed).Shuffle(groups);
        return groups.Select((group, at) => (group, at)).ToDictionary(pair => pair.group, pair => pair.at % folds);
    }

    /// <summary>Best of five, as the machine may be busy.</summary>
    private static void Speed(InjectionModel model)
    {
        const int Times = 100;
        foreach (var (name, text) in new[] { ("harmless", string.Join(' ', InjectionExamples.Harmless)), ("with attacks", string.Join(' ', InjectionExamples.Attacks)) })
        {
            var best = Enumerable.Range(0, 6).Select(_ =>
            {
                var began = Stopwatch.GetTimestamp();
                for (var i = 0; i < Times; i++)
                    InjectionDetector.Scan(text, model, decode: true);
                return Stopwatch.GetElapsedTime(began).TotalMilliseconds / Times;
            }).Min();
            Console.WriteLine($"{text.Length / 1024.0:0} KB {name}: {best / (text.Length / 1024.0):0.000} ms per KB");
        }
    }
}
