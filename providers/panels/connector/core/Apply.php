<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/** Puts a sealed credential in place: compare, set, look again, all under one lock. */
final class Apply
{
    private Host $host;
    private Fingerprints $fingerprints;
    private SealedBox $box;
    private FolderLock $lock;

    public function __construct(Host $host, Fingerprints $fingerprints, SealedBox $box, FolderLock $lock)
    {
        $this->host = $host;
        $this->fingerprints = $fingerprints;
        $this->box = $box;
        $this->lock = $lock;
    }

    /**
     * @param array<string,mixed> $body
     * @return array<string,mixed>
     */
    public function run(string $place, array $body): array
    {
        $sealed = $body['sealed'] ?? null;
        $testMode = $body['testMode'] ?? null;
        $lastSeen = $body['lastSeen'] ?? null;
        $rewrite = $body['rewrite'] ?? false;
        $isComplete = is_string($sealed) && is_bool($testMode) && is_bool($rewrite);
        if (!$isComplete || !($lastSeen === null || is_string($lastSeen))) {
            throw new Refusal('malformed', 'The letter lacks what an apply needs.');
        }
        $credential = $this->open($sealed);
        if ($this->host->module()->active === false) {
            throw new Refusal('module-inactive', 'The DomainNameAPI module is not active.');
        }
        return $this->lock->hold(fn (): array => $this->set($place, $credential, $testMode, $lastSeen, $rewrite));
    }

    private function open(string $sealed): Stored
    {
        $text = $this->box->open($sealed);
        $parts = $text === null ? null : Json::object($text);
        $username = $parts['username'] ?? null;
        $password = $parts['password'] ?? null;
        if (!is_string($username) || !is_string($password)) {
            throw new Refusal('cannot-open', 'The sealed part was not sealed for this connector.');
        }
        return new Stored($username, $password, null, []);
    }

    /**
     * With $rewrite it is saved even if nothing differs, so that one can see what saving does.
     *
     * @return array<string,mixed>
     */
    private function set(string $place, Stored $credential, bool $testMode, ?string $lastSeen, bool $rewrite): array
    {
        $before = $this->host->read($place);
        // A panel without the switch always calls the live system.
        $switch = $before->testMode === null ? null : $testMode;
        $wanted = new Stored($credential->username, $credential->password, $switch, $before->others);
        if ($before->testMode === null && $testMode) {
            throw new Refusal('not-saved', 'This panel has no test switch.', ['fields' => ['testMode'], 'others' => []]);
        }
        if (!$rewrite && self::differing($wanted, $before) === []) {
            return ['changed' => false];
        }
        if ($lastSeen !== null && !hash_equals($this->fingerprints->of($before->password), $lastSeen)) {
            throw new Refusal('superseded', 'The stored key is not the one that was seen last.');
        }
        if (!$this->host->canWrite()) {
            throw new Refusal('by-hand', 'This panel has no function that saves the credential.');
        }
        // Fails before anything is written if the settings could not be compared afterwards.
        Others::text($before->others);
        $this->host->write($place, $wanted);
        $this->prove($place, $wanted);
        return ['changed' => true];
    }

    /** Looks again; a panel that changed other settings on the way gets them back once. */
    private function prove(string $place, Stored $wanted): void
    {
        $after = $this->readSaved($place);
        if (self::differing($wanted, $after) === [] && Others::lost($wanted->others, $after->others) !== []) {
            $this->saveAgain($place, $wanted);
            $after = $this->readSaved($place);
        }
        $fields = self::differing($wanted, $after);
        $others = Others::lost($wanted->others, $after->others);
        if ($fields !== [] || $others !== []) {
            throw new Refusal('not-saved', 'The panel did not keep what was saved.', ['fields' => $fields, 'others' => $others]);
        }
    }

    /** What a refusal says of this save is not true of the one before it, which is in place; the look after both tells. */
    private function saveAgain(string $place, Stored $wanted): void
    {
        try {
            $this->host->write($place, $wanted);
        } catch (Refusal $refusal) {
            return;
        }
    }

    /** After a save, a refusal to read must not sound as if nothing had been saved. */
    private function readSaved(string $place): Stored
    {
        try {
            return $this->host->read($place);
        } catch (Refusal $refusal) {
            throw new Refusal('panel-error', 'What was saved could not be read.');
        }
    }

    /** @return string[] names of the fields that are not as wanted */
    private static function differing(Stored $wanted, Stored $found): array
    {
        return array_keys(array_filter([
            'username' => $wanted->username !== $found->username,
            'password' => $wanted->password !== $found->password,
            'testMode' => $wanted->testMode !== $found->testMode,
        ]));
    }
}
