using LlmOps.Indexes;

namespace LlmOps.Tests.Indexes;

public sealed class LoadedIndexesTests
{
    private static readonly (string Id, long Bytes, long LastUse)[] Loaded = [("old", 40, 1), ("new", 40, 3), ("middle", 40, 2)];

    [Theory]
    [InlineData(120)]
    [InlineData(119, "old")]
    [InlineData(79, "middle", "old")]
    [InlineData(10, "middle", "old")] // the newest stays, however large
    public void The_least_recently_used_leave_until_the_rest_fits(long most, params string[] leaving) => Assert.Equal(leaving, LoadedIndexes.Leaving(Loaded, most));
}
