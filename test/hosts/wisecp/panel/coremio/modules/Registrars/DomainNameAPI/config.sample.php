<?php

return [
    'meta' => ['name' => 'DomainNameAPI', 'version' => '2.0.16', 'logo' => 'logo.png'],
    'settings' => [
        'whois-types' => true,
        'dns-record-types' => ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'TXT'],
        'username' => 'user.domainnameapi',
        'password' => '********',
        'test-mode' => 0,
        'whidden-amount' => 0,
        'whidden-currency' => 4,
        'cost-currency' => 4,
        'adp' => true,
        'exclude' => '',
        'dom-cache-ttl' => 1024,
        'periodic-sync' => false,
        'sync-count' => 5,
        'sync-delay' => 86400,
    ],
];
