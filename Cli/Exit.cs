namespace LlmOps.Cli;

/// <summary>What the command's exit code says.</summary>
public static class Exit
{
    public const int Done = 0;

    /// <summary>Bad usage, bad input, unreachable, refused.</summary>
    public const int CouldNot = 1;

    public const int Inconclusive = 2;

    public const int GateFailed = 100;

    public static int Of(Verdict verdict) => verdict switch
    {
        Verdict.Pass => Done,
        Verdict.Fail => GateFailed,
        Verdict.Inconclusive => Inconclusive,
    };
}
