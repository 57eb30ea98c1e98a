using System.Reflection;

namespace LlmOps.Evaluation;

/// <summary>The weights of the injection detector: two linear models on hashed character n-grams, and the logistic regression over a window's features.
/// The resource is written by <c>Benchmarks -- injection</c>.</summary>
/// <param name="Attack">Attacks against harmless texts.</param>
/// <param name="Request">Sentences that ask against sentences that tell.</param>
/// <param name="Weights">One for each of <see cref="InjectionWindow.Names"/>.</param>
internal sealed record InjectionModel(HashedWeights Attack, HashedWeights Request, IReadOnlyList<float> Weights, float Bias)
{
    private const string Resource = "injection.weights";
    private const int Format = 1;

    internal static InjectionModel BuiltIn => builtIn.Value;

    private static readonly Lazy<InjectionModel> builtIn = new(() => Read(Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)!));

    /// <summary>Probability that the window, or the sentence in focus before its background, holds an instruction that was not meant to be there.</summary>
    internal double Score(double[] features) => 1 / (1 + Math.Exp(-features.Zip(Weights, (value, weight) => value * weight).Sum() - Bias));

    internal void Write(Stream stream)
    {
        using var writer = new BinaryWriter(stream);
        writer.Write(Format);
        Attack.Write(writer);
        Request.Write(writer);
        writer.Write(Weights.Count);
        foreach (var weight in Weights)
            writer.Write(weight);
        writer.Write(Bias);
    }

    internal static InjectionModel Read(Stream stream)
    {
        using var reader = new BinaryReader(stream);
        if (reader.ReadInt32() != Format)
            throw new InvalidDataException($"{Resource} has another format than {Format}; train it again.");
        var (attack, request) = (HashedWeights.Read(reader), HashedWeights.Read(reader));
        var weights = Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadSingle()).ToList();
        return weights.Count == InjectionWindow.Names.Count
            ? new InjectionModel(attack, request, weights, reader.ReadSingle())
            : throw new InvalidDataException($"{Resource} has {weights.Count} weights for {InjectionWindow.Names.Count} features; train it again.");
    }
}

/// <summary>A linear model on character 2- to 5-grams hashed into a table, a signed byte each. A text's value is the sum of its n-grams' weights over the root of their number.</summary>
/// <param name="Scale">What one step of a byte is worth.</param>
internal sealed record HashedWeights(sbyte[] Table, float Scale, float Bias)
{
    internal const int Size = 1 << 15;

    private const int Shortest = 2, Longest = 5;

    internal static HashedWeights Empty { get; } = new(new sbyte[Size], 0, 0);

    internal static HashedWeights Of(IReadOnlyList<double> weights, double bias)
    {
        var scale = weights.Max(Math.Abs) / sbyte.MaxValue;
        return new HashedWeights([.. weights.Select(weight => (sbyte)Math.Round(weight / scale))], (float)scale, (float)bias);
    }

    /// <summary>The places of a lower-case text's n-grams in the table.</summary>
    internal static int[] Grams(string lower)
    {
        var places = new int[Math.Max(0, (lower.Length + 2 - Longest + 1) * (Longest - Shortest + 1)) + 16];
        var count = 0;
        for (var start = -1; start < lower.Length; start++)
        {
            var hash = 2166136261u; // FNV-1a
            for (var i = start; i < start + Longest && i <= lower.Length; i++)
            {
                var sign = i < 0 || i == lower.Length ? ' ' : char.IsAsciiDigit(lower[i]) ? '0' : lower[i];
                hash = (hash ^ sign) * 16777619;
                if (i - start + 1 >= Shortest)
                    places[count++] = (int)((hash ^ (hash >> 15)) & (Size - 1));
            }
        }
        return places[..count];
    }

    internal double Sum(int[] grams)
    {
        var sum = 0L;
        foreach (var gram in grams)
            sum += Table[gram];
        return sum * (double)Scale;
    }

    /// <summary>Log odds of a text.</summary>
    internal double Score(double sum, int grams) => Bias + (sum / Math.Sqrt(Math.Max(1, grams)));

    internal double Score(int[] grams) => Score(Sum(grams), grams.Length);

    internal void Write(BinaryWriter writer)
    {
        writer.Write(Scale);
        writer.Write(Bias);
        writer.Write(Table.Select(weight => (byte)weight).ToArray());
    }

    internal static HashedWeights Read(BinaryReader reader)
    {
        var (scale, bias) = (reader.ReadSingle(), reader.ReadSingle());
        return new HashedWeights([.. reader.ReadBytes(Size).Select(weight => (sbyte)weight)], scale, bias);
    }
}
