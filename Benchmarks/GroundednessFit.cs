using System.Globalization;
using System.Text.Json.Nodes;
using LlmOps.Evaluation;
using MathNet.Numerics.LinearAlgebra;

namespace LlmOps.Benchmarks;

/// <summary>The groundedness model fitted on BEGIN and judged on passages, and generators, that it has not seen.</summary>
internal static class GroundednessFit
{
    private const int Folds = 10;
    private const double HardWeight = 5;
    private const double Ridge = 100; // on standardised features

    public static void Print(string folder, TextWriter output)
    {
        var hard = Lines(Path.Combine(folder, "hard_balanced.jsonl")).Select(row => (string)row["id"]!).ToHashSet();
        var rows = Lines(Path.Combine(folder, "data.jsonl")).Where(row => row["grounded"] is not null).Select(row => Row.Of(row, hard)).ToList();
        var passages = rows.Select(row => row.Passage).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select((passage, i) => (passage, i)).ToDictionary(pair => pair.passage, pair => pair.i % Folds);

        var bySource = rows.ConvertAll(_ => 0.0);
        var byGenerator = rows.ConvertAll(_ => 0.0);
        for (var fold = 0; fold < Folds; fold++)
        {
            var model = Model.Fit([.. rows.Where(row => passages[row.Passage] != fold)]);
            var others = rows.Select(row => row.Generator).Distinct().ToDictionary(generator => generator, generator => Model.Fit([.. rows.Where(row => passages[row.Passage] != fold && row.Generator != generator)]));
            foreach (var (row, i) in rows.Select((row, i) => (row, i)).Where(pair => passages[pair.row.Passage] == fold))
                (bySource[i], byGenerator[i]) = (model.Of(row), others[row.Generator].Of(row));
        }
        var inProduct = rows.ConvertAll(row => row.Scored);
        var passing = rows.Zip(inProduct).ToList();

        output.WriteLine("| AUROC | rows | grounded | held-out passages | and held-out generator | the product, weights fitted on all |\n|---|---:|---:|---:|---:|---:|");
        Line("whole", _ => true);
        Line("hard", row => row.Hard);
        foreach (var generator in rows.Select(row => row.Generator).Distinct().Order(StringComparer.Ordinal))
        {
            Line($"{generator}, whole", row => row.Generator == generator);
            Line($"{generator}, hard", row => row.Generator == generator && row.Hard);
        }
        output.WriteLine(FormattableString.Invariant(
            $"\nAt 0.5 the product passes {Share(row => row.Grounded)} of the grounded and {Share(row => !row.Grounded)} of the other answers; of the hard ones {Share(row => row.Grounded && row.Hard)} and {Share(row => !row.Grounded && row.Hard)}.\n"));

        var final = Model.Fit(rows).Centred(rows);
        output.WriteLine(FormattableString.Invariant($"Intercept {final.Intercept:F3}"));
        foreach (var (name, weight) in GroundednessFeatures.Names.Zip(final.Weights))
            output.WriteLine(FormattableString.Invariant($"{name} {weight:F3}"));

        void Line(string name, Func<Row, bool> picks) => output.WriteLine(FormattableString.Invariant(
            $"| {name} | {rows.Count(picks)} | {rows.Count(row => picks(row) && row.Grounded)} | {Auroc(bySource, picks):F3} | {Auroc(byGenerator, picks):F3} | {Auroc(inProduct, picks):F3} |"));

        string Share(Func<Row, bool> picks) => passing.Where(pair => picks(pair.First)).Average(pair => pair.Second >= Groundedness.Threshold ? 1.0 : 0).ToString("P0", CultureInfo.InvariantCulture);

        double Auroc(List<double> scores, Func<Row, bool> picks) => Ranking.Auroc([.. rows.Zip(scores).Where(pair => picks(pair.First)).Select(pair => (pair.Second, pair.First.Grounded))]);
    }

    public static Task Time(TextWriter output)
    {
        string[] context =
        [
            "The spa is open from 9:00 to 21:00. Guests under 16 may use it until 18:00, together with an adult. A massage of 50 minutes costs 80 euros.",
            "Dogs are allowed in the rooms and in the garden, but not in the restaurant. A dog costs 15 euros per night. Cats are not allowed.",
            "Breakfast is served from 7 am to 10 am on weekdays and until 11 am on Sundays. It is included in the room rate. The outdoor pool is heated to 28 degrees and closed in winter.",
        ];
        const string Answer = "You may bring your dog into the garden for 15 euros per night. Breakfast is included in the rate, and it is served until 11 am on Sundays. Would you like me to book it?";
        return new Sides("an answer of four claims beside three passages", rounds: 5).Loop("groundedness, claim by claim", 500, () => Groundedness.Explain(Answer, context)).Print(output);
    }

    private static IEnumerable<JsonNode> Lines(string file) => File.ReadLines(file).Select(line => JsonNode.Parse(line)!);

    private sealed record Row(string Passage, string Generator, bool Grounded, bool Hard, double[] Features, double Scored)
    {
        public static Row Of(JsonNode row, HashSet<string> hard)
        {
            var (passage, response) = ((string)row["knowledge"]!, (string)row["response"]!);
            return new Row(
                passage, (string)row["generator"]!, (int)row["grounded"]! == 1, hard.Contains((string)row["id"]!),
                GroundednessFeatures.Of(response, [passage]).Values(), Groundedness.Explain(response, [passage]).Score);
        }
    }

    /// <summary>Ridge logistic regression by Newton's method; both labels have the same total weight.</summary>
    private sealed record Model(double Intercept, double[] Weights)
    {
        /// <summary>The same direction and steepness; even chance lies where all rows count alike.</summary>
        public Model Centred(List<Row> rows)
        {
            var (ones, zeros) = (rows.Count(row => row.Grounded), rows.Count(row => !row.Grounded));
            var (low, high) = (-20.0, 20.0);
            while (high - low > 1e-9)
            {
                var middle = (low + high) / 2;
                var excess = rows.Sum(row => (Chance(middle + Of(row)) - (row.Grounded ? 1 : 0)) / (row.Grounded ? ones : zeros));
                (low, high) = excess > 0 ? (low, middle) : (middle, high);
            }
            return this with { Intercept = Intercept + low };
        }

        public double Of(Row row) => Intercept + row.Features.Zip(Weights, (value, weight) => value * weight).Sum();

        public static Model Fit(List<Row> rows)
        {
            var raw = Matrix<double>.Build.DenseOfRowArrays(rows.Select(row => row.Features));
            var mean = raw.ColumnSums() / rows.Count;
            var spread = Vector<double>.Build.DenseOfEnumerable(raw.EnumerateColumns().Select((column, i) => Math.Max(1e-9, Math.Sqrt((column - mean[i]).PointwisePower(2).Sum() / rows.Count))));
            var inputs = Matrix<double>.Build.Dense(rows.Count, raw.ColumnCount + 1, (i, j) => j == 0 ? 1 : (raw[i, j - 1] - mean[j - 1]) / spread[j - 1]);
            var labels = Vector<double>.Build.Dense(rows.Count, i => rows[i].Grounded ? 1 : 0);
            var (ones, zeros) = (rows.Count(row => row.Grounded), rows.Count(row => !row.Grounded));
            var importance = Vector<double>.Build.Dense(rows.Count, i => (rows[i].Hard ? HardWeight : 1) * rows.Count / (2.0 * (rows[i].Grounded ? ones : zeros)));
            var penalty = Matrix<double>.Build.DiagonalOfDiagonalArray([0, .. Enumerable.Repeat(Ridge, raw.ColumnCount)]);

            var beta = Vector<double>.Build.Dense(raw.ColumnCount + 1);
            for (var step = 0; step < 50; step++)
            {
                var chance = (inputs * beta).Map(Chance);
                var gradient = inputs.TransposeThisAndMultiply(importance.PointwiseMultiply(labels - chance)) - penalty * beta;
                var curved = importance.PointwiseMultiply(chance.PointwiseMultiply(1 - chance));
                var hessian = inputs.TransposeThisAndMultiply(Matrix<double>.Build.Dense(rows.Count, raw.ColumnCount + 1, (i, j) => inputs[i, j] * curved[i])) + penalty;
                beta += hessian.Solve(gradient);
            }
            var weights = beta.Skip(1).Select((value, i) => value / spread[i]).ToArray();
            return new Model(beta[0] - weights.Select((weight, i) => weight * mean[i]).Sum(), weights);
        }

        private static double Chance(double logit) => 1 / (1 + Math.Exp(-logit));
    }
}
