<?php

namespace Keyturn\Host\DomainNameApi;

/** One GET, from the panel's own address. */
class DNARest
{
    private $headers;

    public function __construct($resellerId, $apiKey)
    {
        $this->headers = ["X-API-KEY: $apiKey", "__reseller: $resellerId", 'Accept: application/json'];
    }

    public function status(string $url): int
    {
        $call = curl_init($url);
        curl_setopt_array($call, [
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_HTTPHEADER => $this->headers,
            CURLOPT_INTERFACE => \Keyturn\Host\settings()['address'],
            CURLOPT_TIMEOUT => 10,
        ]);
        curl_exec($call);
        return (int) curl_getinfo($call, CURLINFO_HTTP_CODE);
    }
}
