<?php

declare(strict_types=1);

namespace Keyturn\Test;

use Keyturn\Connector\Host;
use Keyturn\Connector\Module;
use Keyturn\Connector\Refusal;
use Keyturn\Connector\Stored;

/** A panel without a panel: what it stores and how it fails is told by the test. Bytes come in base64. */
final class MemoryHost implements Host
{
    /** @var array<string,mixed> */
    public array $state;
    public int $writes = 0;
    /** What several processes share is kept in a file. */
    private ?string $file;

    /** @param array<string,mixed> $state */
    public function __construct(array $state)
    {
        $this->state = $state;
        $this->file = $state['file'] ?? null;
    }

    public function kind(): string
    {
        return 'memory';
    }

    public function version(): ?string
    {
        return '1.2.3';
    }

    public function module(): Module
    {
        $this->fail('module', '');
        $module = $this->state['module'];
        return new Module($module['present'], $module['active'], $module['version'], $module['library']);
    }

    public function places(): array
    {
        return $this->state['places'] ?? ['' => 'the only one'];
    }

    public function read(string $place): Stored
    {
        if ($this->file !== null && is_file($this->file)) {
            $this->state['stored'] = json_decode((string) file_get_contents($this->file), true);
        }
        $stored = $this->state['stored'];
        $password = (string) base64_decode($stored['password']);
        $this->fail('read', $password);
        return new Stored((string) base64_decode($stored['username']), $password, $stored['testMode'], $stored['others']);
    }

    public function write(string $place, Stored $wanted): void
    {
        $this->writes++;
        $fault = $this->state['faults']['write'] ?? '';
        $this->fail('write', $wanted->password);
        if ($this->file !== null) {
            usleep(100000);
        }
        if ($fault === 'ignored') {
            return;
        }
        $this->state['stored'] = $this->kept($wanted, $fault);
        if ($this->file !== null) {
            file_put_contents($this->file, json_encode($this->state['stored']));
        }
        if ($fault === 'throws-after') {
            throw new \RuntimeException('saved ' . $wanted->password);
        }
    }

    public function canWrite(): bool
    {
        return $this->state['canWrite'] ?? true;
    }

    /** @return array<string,mixed> */
    private function kept(Stored $wanted, string $fault): array
    {
        $loses = $fault === 'loses-others' || $fault === 'saves-once' || ($fault === 'loses-others-once' && $this->writes === 1);
        return [
            'username' => base64_encode($fault === 'alters-username' ? $wanted->username . '&amp;' : $wanted->username),
            'password' => base64_encode($fault === 'alters-password' ? ' ' . $wanted->password : $wanted->password),
            'testMode' => $fault === 'resets-test-mode' ? false : $wanted->testMode,
            'others' => $loses ? array_slice($wanted->others, 1) : $wanted->others + ($fault === 'adds' ? ['new' => 1] : []),
        ];
    }

    /** Each way in which code of a panel goes wrong, with the secret in everything that could be logged. */
    private function fail(string $where, string $secret): void
    {
        switch ($this->state['faults'][$where] ?? '') {
            case 'throws':
                throw new \RuntimeException('Could not save ' . $secret . ' of ' . json_encode($this->state));
            case 'type-error':
                strlen([$secret]);
                break;
            case 'warns':
                trigger_error('Odd value ' . $secret, E_USER_WARNING);
                $list = [];
                $list[$secret] === null;
                break;
            case 'prints':
                echo 'debug: ', $secret;
                ob_flush();
                flush();
                break;
            case 'flushes':
                echo 'debug: ', $secret;
                ob_end_flush();
                break;
            case 'ends-buffers':
                while (ob_get_level() > 0 && @ob_end_clean()) {
                    continue;
                }
                break;
            case 'refuses':
                throw new Refusal('by-hand', 'There is no function for that.', ['instructions' => 'Open the page.']);
            case 'saves-once':
                if ($this->writes > 1) {
                    throw new Refusal('by-hand', 'Nothing is saved any more.');
                }
                break;
            case 'gone-after-save':
                if ($this->writes > 0) {
                    throw new Refusal('module-inactive', 'The module is gone.');
                }
                break;
        }
    }
}
