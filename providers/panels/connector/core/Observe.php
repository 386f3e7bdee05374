<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/** What is stored, as facts and fingerprints. No value leaves the panel. */
final class Observe
{
    private Host $host;
    private Fingerprints $fingerprints;

    public function __construct(Host $host, Fingerprints $fingerprints)
    {
        $this->host = $host;
        $this->fingerprints = $fingerprints;
    }

    /** @return array<string,mixed> */
    public function run(string $place): array
    {
        $stored = $this->host->read($place);
        $module = $this->host->module();
        return [
            'username' => FieldFacts::of($this->fingerprints, $stored->username),
            'password' => FieldFacts::of($this->fingerprints, $stored->password),
            'testMode' => $stored->testMode,
            'others' => $this->fingerprints->of(Others::text($stored->others)),
            'module' => ['version' => $module->version, 'library' => $module->library],
        ];
    }
}
