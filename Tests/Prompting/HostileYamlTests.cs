using LlmOps.Evaluation;

namespace LlmOps.Tests.Prompting;

/// <summary>F64: a settings file made to exhaust its reader is refused cheaply, by line.</summary>
public sealed class HostileYamlTests
{
    private const long MaxBytes = 16 * 1024 * 1024;

    [Theory]
    [InlineData("alias")]
    [InlineData("brackets")]
    [InlineData("braces")]
    [InlineData("dashes")]
    [InlineData("tag")]
    [InlineData("merge")]
    [InlineData("wide")]
    public void A_bomb_is_refused_before_it_grows(string kind)
    {
        var yaml = kind switch
        {
            "alias" => "a: &a [x, x]\n" + string.Concat(Enumerable.Range(1, 40).Select(i => $"b{i}: &b{i} [*a, *a]\n")),
            "brackets" => "fields: " + new string('[', 5000),
            "braces" => "fields: " + string.Concat(Enumerable.Repeat("{a: ", 5000)),
            "dashes" => "fields:\n" + string.Concat(Enumerable.Repeat("- ", 5000)) + "x",
            "tag" => "fields: !!python/object:os.system x",
            "merge" => "fields:\n  <<: { type: string }",
            _ => "fields: [" + string.Join(',', Enumerable.Repeat("x", 100_000)) + "]",
        };
        DatasetSchema.Problems("fields: {}", "warm.yaml");
        var before = GC.GetAllocatedBytesForCurrentThread();

        var problems = DatasetSchema.Problems(yaml, "d.schema.yaml");

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MaxBytes);
        var problem = Assert.Single(problems);
        Assert.Equal(kind switch { "alias" => "alias", "tag" => "tag", "merge" => "merge-key", "wide" => "too-large", _ => "too-deep" }, problem.Rule);
    }
}
