using LlmOps;
using LlmOps.Prompts;

var builder = WebApplication.CreateBuilder(args);
builder.AddDefaults("prompts");
builder.AddDatabase("prompts");
builder.Services.AddAccessRefresh();
builder.Services.AddValidation();
builder.Services.AddSingleton<PromptStore>();
builder.Services.AddSingleton<LintPolicyStore>();
builder.Services.AddSingleton<ProposalStore>();

var app = builder.Build();
app.UseDefaults();
app.MapPrompts();
app.MapLintPolicies();
app.MapProposals();
app.MapAudit();
app.Run();
