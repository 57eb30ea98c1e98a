using LlmOps.Prompting;

namespace LlmOps.Tests.Prompting;

public sealed class VersionBumpTests
{
    private static PromptFile Prompt(string version, string rest = "", string system = "Be kind.", string model = "m") =>
        PromptFile.Parse($"version: {version}\nmodel: {model}\nsystem_prompt: \"{system}\"\n{rest}", "p.yaml").Value!;

    [Theory]
    [InlineData("1.0.1", null)]
    [InlineData("1.1.0", null)]
    [InlineData("2.0.0", null)]
    [InlineData("1.0.0", "version-reused")]
    [InlineData("0.9.0", "version-goes-back")]
    public void New_words_need_at_least_a_patch(string version, string? rule) =>
        Assert.Equal(rule, VersionBump.Check(Prompt("1.0.0"), Prompt(version, system: "Be very kind."))?.Rule);

    [Theory]
    [InlineData("temperature: 0.5")]
    [InlineData("retrieval: { index: i }")]
    [InlineData("tools: [{ name: t }]")]
    [InlineData("inputs: { note: { required: false } }")]
    public void New_parameters_tools_and_optional_inputs_need_a_minor(string rest)
    {
        var finding = VersionBump.Check(Prompt("1.0.0"), Prompt("1.0.1", rest))!;

        Assert.Equal("version-bump", finding.Rule);
        Assert.Equal(1, finding.Line);
        Assert.Contains("1.1.0", finding.Message, StringComparison.Ordinal);
        Assert.Null(VersionBump.Check(Prompt("1.0.0"), Prompt("1.1.0", rest)));
    }

    [Theory]
    [InlineData("", "inputs: { question: {} }")]
    [InlineData("inputs: { question: {} }", "")]
    [InlineData("inputs: { question: { type: string } }", "inputs: { question: { type: number } }")]
    [InlineData("", "response_schema: { type: object }")]
    [InlineData("tools: [{ name: t }]", "")]
    public void What_a_caller_must_follow_needs_a_major(string before, string after)
    {
        Assert.Equal("version-bump", VersionBump.Check(Prompt("1.0.0", before), Prompt("1.9.0", after))?.Rule);
        Assert.Null(VersionBump.Check(Prompt("1.0.0", before), Prompt("2.0.0", after)));
    }

    [Fact]
    public void The_same_version_with_the_same_content_is_fine() => Assert.Null(VersionBump.Check(Prompt("1.0.0"), Prompt("1.0.0", "changes: [wording of this list]")));

    [Fact]
    public void A_new_model_needs_a_minor() => Assert.Equal(ChangeSize.Minor, VersionBump.Size(Prompt("1.0.0"), Prompt("1.0.1", model: "n")).Size);
}
