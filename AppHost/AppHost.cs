// The map: what runs, who may ask whom, and what starts after what. Where the servers come from: Infrastructure.cs.
using LlmOps.AppHost;

var builder = DistributedApplication.CreateBuilder(args);
var infrastructure = builder.AddInfrastructure(databases: ["prompts", "indexes", "evals", "costs", "gateway", "releases"]);
var redis = infrastructure.Redis;

var releases = builder.AddProject<Projects.Releases>("releases").Joins(infrastructure, port: 5086).Owns(infrastructure.Database("releases"));
var prompts = builder.AddProject<Projects.Prompts>("prompts").Joins(infrastructure, port: 5082).Owns(infrastructure.Database("prompts"));
var indexes = builder.AddProject<Projects.Indexes>("indexes").Joins(infrastructure, port: 5083).Owns(infrastructure.Database("indexes"));
var costs = builder.AddProject<Projects.Costs>("costs").Joins(infrastructure, port: 5085).Owns(infrastructure.Database("costs"));
var evals = builder.AddProject<Projects.Evals>("evals").Joins(infrastructure, port: 5084).Owns(infrastructure.Database("evals"));
var gateway = builder.AddProject<Projects.Gateway>("gateway").Joins(infrastructure, port: 5081).Owns(infrastructure.Database("gateway")).WithExternalHttpEndpoints();
var evalrunner = builder.AddProject<Projects.EvalRunner>("evalrunner").Joins(infrastructure, port: 5087);
var web = builder.AddProject<Projects.Web>("web").Joins(infrastructure, port: 5080).WithExternalHttpEndpoints();

// While a request waits, these calls form no cycle: web asks anyone, evalrunner → gateway, indexes, evals;
// releases → evals, prompts, indexes, costs; gateway → indexes. All else is read in the background, with retries.
releases.WithReference(evals).WithReference(prompts).WithReference(indexes).WithReference(costs).WithReference(gateway).WithReference(redis);
prompts.WithReference(releases);
indexes.WithReference(releases);
costs.WithReference(gateway).WithReference(releases).WithReference(prompts);
evals.WithReference(gateway).WithReference(releases).WithReference(prompts).WithReference(indexes);
gateway.WithReference(indexes).WithReference(costs).WithReference(releases).WithReference(redis);
evalrunner.WithReference(gateway).WithReference(indexes).WithReference(evals).WithReference(costs).WithReference(releases);
web.WithReference(gateway).WithReference(prompts).WithReference(indexes).WithReference(evals).WithReference(costs).WithReference(releases).WithReference(evalrunner);

// A reference starts nothing: neighbours may be away. Only the keys and roles of Releases are wanted first.
foreach (var process in (IResourceBuilder<ProjectResource>[])[prompts, indexes, costs, evals, gateway, evalrunner, web])
    process.WaitFor(releases);
foreach (var process in (IResourceBuilder<ProjectResource>[])[releases, gateway])
    process.WaitFor(redis);

builder.AnnounceWhenHealthy(infrastructure, [web, gateway, prompts, indexes, evals, costs, releases, evalrunner]);
builder.Build().Run();
