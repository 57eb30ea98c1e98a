using LlmOps.Evaluation;
using MathNet.Numerics.LinearAlgebra;

namespace LlmOps.Benchmarks;

/// <summary>Logistic regression with an L2 penalty: by AdaGrad on hashed n-grams, by Newton's method on a few dense features.</summary>
internal static class InjectionLogistic
{
    private const double Rate = 0.5, HashedPenalty = 1e-5, DensePenalty = 10;

    /// <summary>A text as its distinct n-grams, each with its count over the root of all.</summary>
    internal static (int[] Places, double[] Values, bool Yes, double Weight) Row(int[] grams, bool yes, double weight)
    {
        var counts = grams.CountBy(gram => gram).OrderBy(pair => pair.Key).ToArray();
        var root = Math.Sqrt(Math.Max(1, grams.Length));
        return ([.. counts.Select(pair => pair.Key)], [.. counts.Select(pair => pair.Value / root)], yes, weight);
    }

    internal static HashedWeights Hashed((int[] Places, double[] Values, bool Yes, double Weight)[] rows, int epochs)
    {
        var (weights, squares, bias, biasSquare, random) = (new double[HashedWeights.Size], new double[HashedWeights.Size], 0.0, 1e-8, new Random(5));
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            random.Shuffle(rows);
            foreach (var (places, values, yes, weight) in rows)
            {
                var sum = bias;
                for (var i = 0; i < places.Length; i++)
                    sum += weights[places[i]] * values[i];
                var error = (Sigmoid(sum) - (yes ? 1 : 0)) * weight;
                for (var i = 0; i < places.Length; i++)
                {
                    var place = places[i];
                    var slope = (error * values[i]) + (HashedPenalty * weights[place]);
                    squares[place] += slope * slope;
                    weights[place] -= Rate * slope / Math.Sqrt(squares[place] + 1e-8);
                }
                biasSquare += error * error;
                bias -= Rate * error / Math.Sqrt(biasSquare);
            }
        }
        return HashedWeights.Of(weights, bias);
    }

    /// <summary>The penalty is on weights of features scaled to unit deviation; the answer is for features as they are.</summary>
    internal static (double[] Weights, double Bias) Dense(IReadOnlyList<(double[] Features, bool Yes, double Weight)> rows)
    {
        var size = rows[0].Features.Length;
        var scale = Enumerable.Range(0, size).Select(i => MathNet.Numerics.Statistics.Statistics.StandardDeviation(rows.Select(row => row.Features[i]))).Select(deviation => deviation > 1e-9 ? deviation : 1).ToArray();
        var matrix = Matrix<double>.Build.Dense(rows.Count, size + 1, (row, column) => column == size ? 1 : rows[row].Features[column] / scale[column]);
        var wanted = Vector<double>.Build.Dense(rows.Count, i => rows[i].Yes ? 1 : 0);
        var weight = Vector<double>.Build.Dense(rows.Count, i => rows[i].Weight);
        var penalty = Vector<double>.Build.Dense(size + 1, i => i == size ? 1e-6 : DensePenalty);
        var found = Vector<double>.Build.Dense(size + 1);
        for (var step = 0; step < 25; step++)
        {
            var said = (matrix * found).Map(Sigmoid);
            var slope = matrix.TransposeThisAndMultiply((said - wanted).PointwiseMultiply(weight)) + penalty.PointwiseMultiply(found);
            var curve = said.Map2((p, w) => Math.Max(1e-6, p * (1 - p) * w), weight);
            var hessian = matrix.TransposeThisAndMultiply(Matrix<double>.Build.Dense(matrix.RowCount, matrix.ColumnCount, (row, column) => matrix[row, column] * curve[row])) + Matrix<double>.Build.DiagonalOfDiagonalVector(penalty);
            found -= hessian.Cholesky().Solve(slope);
        }
        return ([.. Enumerable.Range(0, size).Select(i => found[i] / scale[i])], found[size]);
    }

    private static double Sigmoid(double sum) => 1 / (1 + Math.Exp(-sum));
}
