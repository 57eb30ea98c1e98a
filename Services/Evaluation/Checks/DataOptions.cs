namespace LlmOps.Evaluation;

/// <summary>Rows to be read, more than once if need be.</summary>
/// <param name="Name">File name; its ending says how the rows are written.</param>
public sealed record DataSource(string Name, Func<Stream> Open)
{
    public static DataSource Of(string name, byte[] bytes) => new(name, () => new MemoryStream(bytes, writable: false));
}

/// <summary>How one file is checked.</summary>
public sealed record DataOptions
{
    public const double UsualDrift = 0.1; // R51 of the published pipelines
    public const double UsualAlpha = 0.01; // a gate at every change: one false alarm in a hundred

    /// <summary>What drift, parity and ranges are held against.</summary>
    public DataSource? Reference { get; init; }

    /// <summary>Sets, prompts and examples none of whose texts may stand in the file.</summary>
    public IReadOnlyList<DataSource> Against { get; init; } = [];

    /// <summary>Dotted path of the label; found by its usual names where null.</summary>
    public string? Label { get; init; }

    /// <summary>Dotted path of the text; found by its usual names where null.</summary>
    public string? Text { get; init; }

    /// <summary>Effect size beyond chance above which real drift fails, 0 to 1.</summary>
    public double MaxDrift { get; init; } = UsualDrift;

    /// <summary>Share of rows in which any field may be missing, 0 to 1; not looked at where null.</summary>
    public double? MaxMissing { get; init; }

    /// <summary>Chance of even one false alarm over all fields of a file that has not drifted.</summary>
    public double Alpha { get; init; } = UsualAlpha;

    /// <summary>Near duplicates, PII and text drift over all rows and not over a sample.</summary>
    public bool Full { get; init; }

    public int Seed { get; init; } = 1;

    /// <summary>What every row is held to; null takes the form that the rows have.</summary>
    public DatasetSchema? Schema { get; init; }
}
