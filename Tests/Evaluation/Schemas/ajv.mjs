// Reads lines {schema, values[]} from the file named, and prints for each line ajv's verdicts as a list of 0, 1, and null where ajv itself fails.
import { readFileSync } from "node:fs";
import Ajv2020 from "ajv/dist/2020.js";

for (const line of readFileSync(process.argv[2], "utf8").split("\n")) {
  if (!line) continue;
  const { schema, values } = JSON.parse(line);
  const validate = new Ajv2020.default({ strict: false, validateFormats: false, addUsedSchema: false }).compile(schema);
  console.log(JSON.stringify(values.map(value => {
    try {
      return validate(value) ? 1 : 0;
    } catch {
      return null;
    }
  })));
}
