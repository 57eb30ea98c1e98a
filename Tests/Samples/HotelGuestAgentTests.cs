using System.Text.RegularExpressions;
using LlmOps.Evaluation;
using LlmOps.Prompting;
using YamlDotNet.Serialization;

namespace LlmOps.Tests.Samples;

/// <summary>The sample's files hold together: what is expected stands in the handbook, what is frozen is what lies there.</summary>
public sealed partial class HotelGuestAgentTests
{
    private const string Fallback = "please ask the front desk";

    private static readonly string[] Versions = ["1.0.0", "1.1.0", "1.2.0", "1.3.0"];
    private static readonly string[] Datasets = ["guest-golden", "guest-production", "guest-conference-week"];

    [Fact]
    public void The_golden_set_has_200_cases_in_five_slices()
    {
        var slices = GuestAgent.Rows("guest-golden").Cases.CountBy(@case => @case.Segment!).ToDictionary();

        Assert.Equal(
            new Dictionary<string, int> { ["booking-modification"] = 40, ["cancellation"] = 30, ["facility"] = 40, ["complaint"] = 40, ["edge"] = 50 },
            slices);
    }

    [Fact]
    public void Few_golden_cases_ask_for_several_things()
    {
        var multi = GuestAgent.Rows("guest-golden").Cases.Count(@case => @case.Tags.Contains("multi-part"));

        Assert.InRange(multi, 1, 8);
    }

    [Theory]
    [InlineData("guest-golden")]
    [InlineData("guest-production")]
    [InlineData("guest-conference-week")]
    public void Every_expected_fact_stands_in_a_document_that_the_case_names(string dataset)
    {
        var handbook = GuestAgent.Handbook();

        foreach (var @case in GuestAgent.Rows(dataset).Cases)
        {
            var sources = @case.Source!.Split(", ").Where(handbook.ContainsKey).Select(source => handbook[source]).ToList();
            foreach (var fact in @case.Expected!.Facts.Where(fact => fact[0] != '/'))
                Assert.True(fact == Fallback ? sources.Count == 0 : sources.Exists(text => Plain(text).Contains(Plain(fact))), $"{@case.Id}: \"{fact}\" is not in {@case.Source}");
        }
    }

    [Fact]
    public void Every_sentence_of_the_handbook_stands_once()
    {
        var sentences = GuestAgent.Handbook().Values.SelectMany(text => text.Split('\n')).Where(line => line.Length > 0 && line[0] != '#').ToList();

        Assert.True(GuestAgent.Handbook().Count >= 40);
        Assert.Equal(sentences.Count, sentences.Distinct().Count());
    }

    [Fact]
    public void No_question_is_asked_twice_in_one_dataset_or_in_two()
    {
        var questions = Datasets.SelectMany(dataset => GuestAgent.Rows(dataset).Cases).Select(@case => Plain(@case.Vars["guest_request"])).ToList();

        Assert.Equal(questions.Count, questions.Distinct().Count());
    }

    [Fact]
    public void Every_piece_of_feedback_says_what_it_is_about_and_whether_the_answer_was_right()
    {
        var questions = Datasets.ToDictionary(dataset => $"datasets/{dataset}.jsonl", dataset => GuestAgent.Rows(dataset).Cases.ToDictionary(@case => @case.Id, @case => @case.Vars["guest_request"]));

        var feedback = GuestAgent.Rows("guest-feedback").Cases;

        Assert.Contains(feedback, row => (bool)row.Extra!["correct"]!);
        Assert.Contains(feedback, row => !(bool)row.Extra!["correct"]!);
        foreach (var row in feedback)
        {
            var source = row.Source!.Split('#');
            Assert.Equal(questions[source[0]][source[1]], row.Vars["guest_request"]);
            Assert.NotEqual("", (string)row.Extra!["output"]!);
        }
    }

    [Fact]
    public void The_lock_file_names_every_dataset_by_the_hash_of_its_bytes()
    {
        var lines = GuestAgent.Text("llmops.lock");

        foreach (var dataset in Datasets.Select(GuestAgent.Rows))
            Assert.Contains($"{{ name: {dataset.Name}, sha256: {dataset.Sha256}, cases: {dataset.Cases.Count} }}", lines);
    }

    [Fact]
    public void The_working_prompt_is_the_version_that_comes_after_the_first() =>
        Assert.Equal(GuestAgent.Prompt("1.1.0").Sha256, GuestAgent.Taken(PromptFile.Parse(GuestAgent.Text("prompts/guest-agent.yaml"), "guest-agent.yaml")).Sha256);

    [Fact]
    public void What_is_measured_here_is_the_index_that_the_application_configures()
    {
        var application = GuestAgent.Text("llmops.yaml");

        Assert.Contains($"chunker: {GuestAgent.Cut}", application);
    }

    [Fact]
    public void Every_suite_names_files_that_exist()
    {
        foreach (var file in Directory.EnumerateFiles(GuestAgent.Path("suites")))
        {
            var suite = GuestAgent.Taken(Suite.Parse(File.ReadAllText(file), file));

            Assert.All(new[] { suite.Dataset, suite.Prompt!, suite.Policy! }, named => Assert.True(File.Exists(GuestAgent.Path(named)), named));
        }
    }

    [Fact]
    public void The_policies_differ_in_patience_and_not_in_what_a_prompt_may_say()
    {
        var (release, demo) = (GuestAgent.Rules("release"), GuestAgent.Rules("demo"));

        Assert.Equal([1, 5, 25, 100], release.Release!.Ladder);
        Assert.Equal([10, 50, 100], demo.Release!.Ladder);
        Assert.Equal(200, demo.Release.MinRequests);
        Assert.Equal(Written("release"), Written("demo"));

        static string Written(string policy) => Json.Write(Limits(policy).Rules);
    }

    [Theory]
    [InlineData("release")]
    [InlineData("demo")]
    public void Only_the_prompt_that_gives_20_percent_away_breaks_the_discount_limit_and_the_finding_names_its_line(string policy)
    {
        var findings = Versions.Select(GuestAgent.Prompt).SelectMany(prompt => Lint.Check(prompt, Limits(policy))).ToList();

        var finding = Assert.Single(findings);
        Assert.Equal(("versions/guest-agent-1.2.0.yaml", "discount-limit", FindingLevel.Error), (finding.File, finding.Rule, finding.Level));
        Assert.Contains("20 %", GuestAgent.Text(finding.File).Split('\n')[finding.Line!.Value - 1]);
    }

    [Fact]
    public void Every_golden_row_keeps_its_schema()
    {
        var fields = Schema();
        var request = fields["vars"]["fields"]["guest_request"];
        var segments = ((List<object>)fields["segment"]["one_of"]).Cast<string>().ToList();

        foreach (var @case in GuestAgent.Rows("guest-golden").Cases)
        {
            Assert.Matches((string)fields["id"]["pattern"], @case.Id);
            Assert.InRange(@case.Vars["guest_request"].Length, int.Parse(request["min_length"]), int.Parse(request["max_length"]));
            Assert.Contains(@case.Segment!, segments);
            Assert.All(@case.Tags, tag => Assert.Matches((string)fields["tags"]["items"]["pattern"], tag));
            if (@case.Extra?["booking"] is { } booking)
                Assert.Matches((string)fields["booking"]["pattern"], (string)booking!);
            if (@case.Extra?["guest"] is { } guest)
                Assert.True((int)guest["nights_stayed"]! >= 0 && (double)guest["total_spend"]! >= 0, @case.Id);
        }
    }

    [Theory]
    [InlineData("BK12345678", true)]
    [InlineData("BK1234567", false)]
    public void A_booking_reference_is_BK_and_eight_digits(string reference, bool accepted) =>
        Assert.Equal(accepted, Regex.IsMatch(reference, (string)Schema()["booking"]["pattern"]));

    private static Dictionary<string, dynamic> Schema() =>
        new DeserializerBuilder().Build().Deserialize<Dictionary<string, Dictionary<string, dynamic>>>(GuestAgent.Text("datasets/guest-golden.schema.yaml"))["fields"];

    private static LintRules Limits(string policy) => GuestAgent.Taken(LintRules.Parse(GuestAgent.Text($"policies/{policy}.yaml"), policy));

    private static string Plain(string text) => White().Replace(text, " ").ToLowerInvariant();

    [GeneratedRegex(@"\s+")]
    private static partial Regex White();
}
