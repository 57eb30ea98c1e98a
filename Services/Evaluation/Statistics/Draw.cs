namespace LlmOps.Evaluation;

/// <summary>SplitMix64 (Steele, Lea and Flood 2014): the numbers of resampling, fast and the same for the same seed on every machine.</summary>
internal struct Draw(int seed)
{
    private ulong state = (ulong)seed;

    internal ulong Next()
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A whole number from 0 up to below <paramref name="n"/>; its bias is n / 2^32.</summary>
    internal int Below(int n) => (int)((Next() >> 32) * (ulong)n >> 32);
}
