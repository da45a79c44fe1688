// Writes the vectors: webhooks as the vendors sign them, and requests as the vendors' own SDKs send
// them. Run by hand when a vendor changes something; the tests read what it wrote and need no npm.
//
//   cd tests/providers/vectors && npm install && npm run generate
//
// The payloads and calls are checked against the SDKs' types first (tsc): a key no SDK knows does not
// get into a vector. What is written is the same every time, but for the versions in package.json.
import { readFileSync, writeFileSync } from "node:fs";

import { requests } from "./requests.mjs";
import { NOW, webhooks } from "./webhooks.mjs";

const versions = JSON.parse(readFileSync("package.json", "utf8")).dependencies;

/** @param {string} folder @param {string} name @param {object} vector */
function write(folder, name, vector) {
    writeFileSync(`${folder}/${name}.json`, JSON.stringify(vector, null, 2) + "\n");
    console.log(`${folder}/${name}.json`);
}

/** @param {string} text */
const with_versions = (text) => text.replace(/[@\w/-]+/g, (word) => (word in versions ? `${word} ${versions[word]}` : word));

for (const vector of await requests()) {
    write("requests", vector.name, { ...vector, made_by: with_versions(vector.made_by) });
}
// The vendors' functions read the clock: it stands still at the time of the vectors.
const RealDate = Date;
globalThis.Date = /** @type {any} */ (class extends RealDate {
    constructor(/** @type {any[]} */ ...args) {
        // @ts-ignore
        super(...(args.length > 0 ? args : [NOW]));
    }
    static now() {
        return NOW;
    }
});
for (const vector of await webhooks()) {
    write("webhooks", vector.name, {
        ...vector,
        signed_by: with_versions(vector.signed_by),
        checked_by: with_versions(vector.checked_by),
    });
}
process.exit(0);
