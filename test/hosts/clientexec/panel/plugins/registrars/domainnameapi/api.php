<?php

namespace Keyturn\Host\DomainNameApi;

require_once __DIR__ . '/SharedApiConfigAndUtilsTrait.php';
require_once __DIR__ . '/DNARest.php';

/** Stand-in for the vendor's PHP library: trims, then speaks REST. */
class Library
{
    use \SharedApiConfigAndUtilsTrait;

    public $lastRequest = [];
    private $username;
    private $password;

    public function __construct($username, $password, $testMode = false)
    {
        $this->username = trim((string) $username);
        $this->password = trim((string) $password);
        $this->base = \Keyturn\Host\settings()['vendor'][$testMode ? 'test' : 'live'];
    }

    /** The HTTP status of the account lookup; 0 if there was no answer. */
    public function account(): int
    {
        $this->lastRequest = ['url' => $this->base . '/deposit/accounts/me', 'method' => 'GET'];
        return (new DNARest($this->username, $this->password))->status($this->lastRequest['url']);
    }
}
