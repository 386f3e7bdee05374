<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/** Carries out what a letter asks for, once it has been let in. */
final class Operations
{
    private Host $host;
    private Pairing $pairing;
    private StateFolder $state;
    private Surroundings $surroundings;

    public function __construct(Host $host, Pairing $pairing, StateFolder $state, Surroundings $surroundings)
    {
        $this->host = $host;
        $this->pairing = $pairing;
        $this->state = $state;
        $this->surroundings = $surroundings;
    }

    /** @return array<string,mixed> */
    public function run(Letter $letter, Request $request): array
    {
        $body = Json::object($letter->body);
        if ($body === null) {
            throw new Refusal('malformed', 'The letter\'s body is no JSON object.');
        }
        $box = new SealedBox($this->pairing, $this->surroundings);
        switch ($letter->operation) {
            case 'describe':
                return (new Describe($this->host, $box, $this->state))->run($body, $request);
            case 'observe':
                return (new Observe($this->host, $this->pairing->fingerprints()))->run($this->place($body));
            case 'apply':
                $lock = new FolderLock($this->state, $this->surroundings->lockWaitMs);
                $apply = new Apply($this->host, $this->pairing->fingerprints(), $box, $lock);
                return $apply->run($this->place($body), $body);
            case 'check':
                $call = new VendorCall($this->pairing, $this->surroundings->vendorTimeoutMs);
                return (new Check($this->host, $call))->run($this->place($body));
        }
        throw new Refusal('unknown-operation', 'This connector does not know that operation.');
    }

    /** @param array<string,mixed> $body */
    private function place(array $body): string
    {
        if (!$this->host->module()->present) {
            throw new Refusal('module-missing', 'The DomainNameAPI module is not installed.');
        }
        $ids = array_map('strval', array_keys($this->host->places()));
        $asked = $body['place'] ?? null;
        if ($asked === null && count($ids) === 1) {
            return $ids[0];
        }
        if (!is_string($asked) || !in_array($asked, $ids, true)) {
            throw new Refusal('place-unknown', 'The panel has no such place, or several and none was named.');
        }
        return $asked;
    }
}
