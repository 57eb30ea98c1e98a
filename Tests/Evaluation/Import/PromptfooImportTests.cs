using LlmOps.Evaluation;
using LlmOps.Prompting;

namespace LlmOps.Tests.Evaluation.Import;

public sealed class PromptfooImportTests
{
    private const string Config = """
        description: A guest agent
        prompts:
          - 'Answer {{ question }} for {{name}}.'
          - '[{"role": "system", "content": "Be kind."}, {"role": "user", "content": "{{question}}"}]'
        providers:
          - id: openai:chat:gpt-4o-2024-11-20
            config: { temperature: 0, max_tokens: 100 }
          - echo
        defaultTest:
          assert:
            - { type: not-icontains, value: as an AI }
        tests:
          - description: Opening hours
            vars: { question: When does the pool open?, name: Ada }
            threshold: 0.5
            assert:
              - { type: contains-any, value: ['7', seven], weight: 2, metric: hours }
              - { type: equals, value: 'Dear {{name}}' }
              - { $ref: '#/assertionTemplates/polite' }
          - vars: { question: [Is there a spa?, Is there a gym?] }
            assert:
              - type: assert-set
                threshold: 0.5
                assert:
                  - { type: regex, value: '^(Yes|No)' }
                  - { type: similar, value: There is one. }
        assertionTemplates:
          polite: { type: starts-with, value: Dear }
        evaluateOptions: { repeat: 3 }
        """;

    private static ImportedApp Import(string yaml, (string, string)? csv = null)
    {
        var imported = PromptfooImport.Read(yaml, "promptfooconfig.yaml", "desk", csv);
        Assert.True(imported.Value is not null, imported.Refusal?.Detail);
        return imported.Value;
    }

    private static Dataset Rows(ImportedApp app) => Dataset.Parse(app.Files["datasets/desk.jsonl"], "datasets/desk.jsonl").Value!;

    [Fact]
    public void A_configuration_becomes_an_application_in_our_layout()
    {
        var app = Import(Config);

        Assert.Empty(app.Refused);
        Assert.Equal(["datasets/desk.jsonl", "llmops.yaml", "policies/release.yaml", "prompts/desk-2.yaml", "prompts/desk.yaml", "suites/desk-2.yaml", "suites/desk.yaml"], app.Files.Keys.Order(StringComparer.Ordinal));
        var prompt = PromptFile.Parse(app.Files["prompts/desk.yaml"], "desk.yaml").Value!;
        Assert.Equal(("openai/gpt-4o@2024-11-20", 0, 100, "Answer {{question}} for {{name}}."), (prompt.Model, prompt.Temperature, prompt.MaxTokens, prompt.UserPromptTemplate));
        Assert.Equal((true, false), (prompt.Inputs!["question"].Required, prompt.Inputs["name"].Required));
        var chat = PromptFile.Parse(app.Files["prompts/desk-2.yaml"], "desk-2.yaml").Value!;
        Assert.Equal(("Be kind.", "{{question}}"), (chat.SystemPrompt, chat.UserPromptTemplate));
        Assert.Equal(3, Suite.Parse(app.Files["suites/desk.yaml"], "desk.yaml").Value!.Repeats);
        Assert.Empty(Policy.Problems(app.Files["policies/release.yaml"], "release.yaml"));
    }

    [Fact]
    public void A_test_scores_as_promptfoo_would_score_it()
    {
        var rows = Rows(Import(Config)).Cases;
        var scorer = Scorer.Create(new SuiteScorer("asserts", "asserts")).Value!;
        Score Score(EvalCase row, string output) => scorer.Score(new ScoredCase(row.Id, "", output, row.Expected, [], Asserts: row.Asserts));

        // hours 2 of weight 5, equals 0, starts-with 1, not-icontains 1: (2 + 0 + 1 + 1) / 5
        var hours = Score(rows[0], "Dear guest, at 7.");

        Assert.Equal(["Is there a spa?", "Is there a gym?"], rows.Skip(1).Select(row => row.Vars["question"]));
        Assert.Equal((0.8, true), (hours.Value!.Value, hours.Passed));
        Assert.Equal(0.4, Score(rows[0], "As an AI I say 7.").Value!.Value, 9);
        Assert.True(Score(rows[1], "Yes, in the cellar.").Passed);
        Assert.False(Score(rows[1], "Perhaps. As an AI I cannot say.").Passed);
        Assert.EndsWith("promptfooconfig.yaml:13", rows[0].Source, StringComparison.Ordinal);
    }

    // F80: nothing runs, nothing is fetched, no other file is read; each line is named with its reason.
    [Theory]
    [InlineData("prompts: [file:///etc/passwd]", 1, "prompt file:///etc/passwd", "never reads")]
    [InlineData("prompts: [prompts.py:make]", 1, "prompt prompts.py:make", "never reads or runs")]
    [InlineData("providers: ['python:provider.py']", 1, "provider python:provider.py", "runs code")]
    [InlineData("providers: ['https://evil.example/hook']", 1, "provider https://evil.example/hook", "calls an address")]
    [InlineData("providers: ['exec:rm -rf x']", 1, "provider exec:rm -rf x", "runs code")]
    [InlineData("providers:\n- id: openai:gpt-4o\n  config:\n    apiKey: sk-123", 4, "apiKey: sk-123", "gateway")]
    [InlineData("tests: file:///etc/passwd", 1, "tests: \"file:///etc/passwd\"", "--tests")]
    [InlineData("tests: https://docs.google.com/spreadsheets/x", 1, "tests: \"https://docs.google.com/spreadsheets/x\"", "another file")]
    [InlineData("tests:\n- vars:\n    a: file:///etc/passwd", 3, "a: file:///etc/passwd", "left out")]
    [InlineData("tests:\n- assert:\n  - type: javascript\n    value: process.exit(1)", 3, "javascript: process.exit(1)", "runs code")]
    [InlineData("tests:\n- assert:\n  - { type: not-python, value: file://x.py }", 3, "python: file://x.py", "runs code")]
    [InlineData("tests:\n- assert:\n  - { type: webhook, value: 'https://evil.example' }", 3, "webhook: https://evil.example", "address")]
    [InlineData("tests:\n- assert:\n  - { type: equals, value: 'file:///etc/passwd' }", 3, "equals: file:///etc/passwd", "another file")]
    [InlineData("tests:\n- assert:\n  - type: equals\n    value: a\n    transform: output.trim()", 5, "equals with transform", "runs code")]
    [InlineData("tests:\n- assert:\n  - { type: regex, value: '(a)\\1' }", 3, "regex: (a)\\1", "back-references")]
    [InlineData("tests:\n- assert:\n  - { type: equals, value: '{{ a | upper }}' }", 3, "equals: {{ a | upper }}", "template")]
    [InlineData("tests:\n- assert:\n  - { type: llm-rubric, value: kind }", 3, "llm-rubric: kind", "free text")]
    [InlineData("tests:\n- assert:\n  - { type: frobnicate }", 3, "frobnicate", "does not know")]
    [InlineData("tests:\n- options:\n    transform: file://t.js", 3, "transform: file://t.js", "runs code")]
    [InlineData("tests:\n- surprise: 1", 2, "surprise: 1", "no meaning")]
    [InlineData("extensions: [file://hook.py:run]", 1, "extensions", "runs code")]
    [InlineData("surprise: 1", 1, "surprise: 1", "no meaning")]
    [InlineData("prompts: ['{% if a %}x{% endif %}']", 1, "prompt {% if a %}x{% endif %}", "not carried out")]
    public void What_would_run_read_or_be_lost_is_refused_by_line(string yaml, int line, string what, string why)
    {
        var app = Import(yaml);

        var refused = Assert.Single(app.Refused);
        Assert.Equal((line, what), (refused.Line, refused.What));
        Assert.Contains(why, refused.Why, StringComparison.Ordinal);
        Assert.DoesNotContain(app.Files.Values, text => text.Contains("root:", StringComparison.Ordinal) || text.Contains("sk-123", StringComparison.Ordinal));
        Assert.NotEmpty(Rows(app).Cases);
    }

    [Fact]
    public void A_table_of_tests_is_read_where_it_is_named()
    {
        const string Csv = "topic,__expected1,__expected2,__metadata:tags[],__surprise\r\n\"pools, spas\",contains: water,\"icontains-any: warm, hot\",\"a,b\\,c\",x\r\nlife,42,\"similar(0.6): a \"\"mystery\"\"\",,\nmoney,fn: output > 1,,,\n";

        var app = Import("prompts: ['About {{topic}}']\ntests: file://tests.csv", (Csv, "tests.csv"));

        var rows = Rows(app).Cases;
        Assert.Equal(["pools, spas", "life", "money"], rows.Select(row => row.Vars["topic"]));
        Assert.Equal(["a", "b,c"], rows[0].Extra!["metadata"]!["tags"]!.AsArray().Select(tag => (string?)tag));
        Assert.Equal(["contains", "contains_any"], rows[0].Asserts!.Items.Select(item => item.Settings!.Type));
        Assert.Equal([("exact", "42", null), ("similarity", "a \"mystery\"", 0.6)], rows[1].Asserts!.Items.Select(item => (item.Settings!.Type, item.Settings.Value!, item.Settings.Threshold)));
        Assert.Null(rows[2].Asserts);
        Assert.Equal([(1, "tests.csv: column __surprise"), (4, "fn: output > 1")], app.Refused.Select(refused => (refused.Line, refused.What)));
    }

    [Theory]
    [InlineData("a,b\n\"open", "tests.csv:2")]
    [InlineData("a,b\n1,2,3", "tests.csv:2")]
    [InlineData("", "tests.csv")]
    public void A_broken_table_is_refused_with_its_line(string csv, string named) =>
        Assert.Contains(named, PromptfooImport.ReadCsv(csv, "tests.csv", "desk").Refusal!.Detail, StringComparison.Ordinal);

    [Theory]
    [InlineData("a: &x [1]\nb: *x", "alias")]
    [InlineData("tests: !!js/function 'x'", "tag")]
    public void A_configuration_with_anchors_or_tags_is_refused(string yaml, string code) => Assert.Equal(code, PromptfooImport.Read(yaml, "p.yaml", "desk").Refusal?.Code);

    [Fact]
    public void Configurations_that_people_keep_are_accounted_for_line_by_line()
    {
        var folder = Path.Combine(Checkout.Root, "..", "shared", "data", "prompts", "promptfoo");
        Assert.SkipUnless(Directory.Exists(folder), "shared/data is not beside the checkout, so no real configurations are here.");

        foreach (var file in Directory.EnumerateFiles(folder, "promptfooconfig.yaml", SearchOption.AllDirectories))
        {
            var app = Import(File.ReadAllText(file));

            Assert.True(app.Native + app.Adapted > 0, file);
            Assert.NotEmpty(Rows(app).Cases);
            foreach (var (path, text) in app.Files.Where(pair => pair.Key.StartsWith("prompts/", StringComparison.Ordinal)))
                Assert.Empty(PromptFile.Problems(text, path));
            foreach (var (path, text) in app.Files.Where(pair => pair.Key.StartsWith("suites/", StringComparison.Ordinal)))
                Assert.Empty(Suite.Problems(text, path));
        }
    }
}
