/** The models of the account's own making. */

import { virtualModels } from "../components/virtual-models.js";

export default function models({ session, signal }) {
    return {
        intro: "Names of the account's own for models that are tried one after the other.",
        body: virtualModels(session, signal, () => []),
    };
}
