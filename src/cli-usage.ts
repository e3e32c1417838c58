/** What the program tells of its commands, and the fault of a command line that is none of them. */

export const USAGE = `Usage: sallyport [serve] [--config FILE]
       sallyport check [--config FILE]
       sallyport scan [--config FILE] [--side prompt|response] [--profile NAME] [--json] [FILE...|-]
       sallyport records verify [--config FILE]
       sallyport records export [--config FILE] [--since TIME] [--until TIME]
       sallyport scanners list [--project PROJECT] [--json]
       sallyport scanners versions SCANNER [--json]
       sallyport scanners test SCANNER [--version VERSION] [--json] [FILE...|-]
       sallyport scanners publish SCANNER VERSION [--push]
       sallyport scanners diff SCANNER VERSION VERSION
       sallyport policy export DIR
       sallyport policy apply DIR [--check] [--prune]
       sallyport profile import FILE... [--name NAME] [--dry-run]
       sallyport profile export PROFILE [--topics]
       sallyport replay --scanner SCANNER --version VERSION [--since TIME] [--project PROJECT]... [--json]
       sallyport --help | --version

serve   starts the gateway and the control plane (the default)
check   validates the configuration and tells every error with its path
scan    scans texts with the embedded engine; no file, or -, is standard input
        exit code 0: all allowed, 3: any blocked, 1: error
records verify   checks the chain of records; exit code 0: whole, 3: something was done to it
        export   prints them as JSON, one a line; TIME is 30m, 12h or 7d ago, or an ISO time
scanners  the rules of the registry, by id, or by name where no other has it; also while a server runs
        test     runs one version, published or not; exit code 0: nothing found, 3: found, 1: error
        publish  lets projects use a version; --push makes it the active one in all that have the scanner
        diff     what changed between two versions; exit code 0: nothing, 2: something
policy    the registry as files for version control, and back into a registry
         apply    --check only tells the difference, exit code 2 where there is one;
                  --prune deletes what is in no file
profile  AIRS profiles as JSON, into the registry and out of it; also while a server runs
        import   from files with profiles and custom topics; tells what of them is not held
        export   prints one; --topics prints its custom topics
replay  which recorded exchanges would have another outcome with a version than with the active one`;

export class UsageError extends Error {}
